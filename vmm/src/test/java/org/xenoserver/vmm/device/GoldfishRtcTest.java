package org.xenoserver.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.Clock;

final class GoldfishRtcTest {
  private static final int TIME_LOW = 0x00;
  private static final int TIME_HIGH = 0x04;
  private static final int ALARM_LOW = 0x08;
  private static final int ALARM_HIGH = 0x0c;
  private static final int INTERRUPT_ENABLED = 0x10;
  private static final int CLEAR_ALARM = 0x14;
  private static final int ALARM_STATUS = 0x18;
  private static final int CLEAR_INTERRUPT = 0x1c;

  private static final class SetClock implements Clock {
    long nowNs;

    @Override
    public long monotonicNs() {
      return nowNs;
    }

    @Override
    public long wallNs() {
      return 0x17_0000_0000_0000L + nowNs;
    }
  }

  private final SetClock clock = new SetClock();
  private long deadlineNs = Long.MAX_VALUE;
  private Runnable action = () -> {};
  private boolean interrupt;
  private final GoldfishRtc rtc =
      new GoldfishRtc(
          clock,
          asserted -> interrupt = asserted,
          (at, run) -> {
            deadlineNs = at;
            action = run;
          });

  private long time() {
    return rtc.read(TIME_LOW, 4) | rtc.read(TIME_HIGH, 4) << 32;
  }

  private void setAlarm(long timeNs) {
    rtc.write(ALARM_HIGH, 4, timeNs >>> 32);
    rtc.write(ALARM_LOW, 4, timeNs & 0xffff_ffffL);
  }

  @Test
  void shouldLatchTheHighHalfOfTheTime() {
    clock.nowNs = 0xffff_fff0L;
    long low = rtc.read(TIME_LOW, 4);
    clock.nowNs += 0x100;
    assertThat(low | rtc.read(TIME_HIGH, 4) << 32).isEqualTo(0x17_0000_ffff_fff0L);
    assertThat(time()).isEqualTo(0x17_0001_0000_00f0L);
  }

  @Test
  void shouldGoOnFromTheTimeTheGuestSet() {
    rtc.write(TIME_HIGH, 4, 0x20_0000);
    rtc.write(TIME_LOW, 4, 0x10);
    clock.nowNs += 5;
    assertThat(time()).isEqualTo(0x20_0000_0000_0015L);
  }

  @Test
  void shouldInterruptWhenTheAlarmIsDue() {
    rtc.write(INTERRUPT_ENABLED, 4, 1);
    setAlarm(clock.wallNs() + 1000);
    assertThat(rtc.read(ALARM_STATUS, 4)).isEqualTo(1);
    assertThat(deadlineNs).isEqualTo(1000);
    action.run();
    assertThat(interrupt).as("too early").isFalse();
    clock.nowNs = 1000;
    action.run();
    assertThat(interrupt).isTrue();
    assertThat(rtc.read(ALARM_STATUS, 4)).isZero();
    rtc.write(CLEAR_INTERRUPT, 4, 1);
    assertThat(interrupt).isFalse();
  }

  @Test
  void shouldInterruptAtOnceForAnAlarmInThePast() {
    rtc.write(INTERRUPT_ENABLED, 4, 1);
    setAlarm(clock.wallNs() - 1);
    assertThat(interrupt).isTrue();
  }

  @Test
  void shouldNotInterruptForAnAlarmThatWasCleared() {
    rtc.write(INTERRUPT_ENABLED, 4, 1);
    setAlarm(clock.wallNs() + 1000);
    Runnable due = action;
    rtc.write(CLEAR_ALARM, 4, 1);
    assertThat(deadlineNs).isEqualTo(Long.MAX_VALUE);
    clock.nowNs = 2000;
    due.run();
    assertThat(interrupt).isFalse();
  }

  @Test
  void shouldHoldTheInterruptBackUntilItIsEnabled() {
    setAlarm(clock.wallNs());
    assertThat(interrupt).isFalse();
    rtc.write(INTERRUPT_ENABLED, 4, 1);
    assertThat(interrupt).isTrue();
  }
}
