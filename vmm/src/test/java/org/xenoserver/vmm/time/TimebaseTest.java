package org.xenoserver.vmm.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimebaseTest {
  private final ManualClock clock = new ManualClock(12_345);
  private final Timebase timebase = new Timebase(clock);

  @Test
  void shouldCountTenMillionTicksASecondFromItsBeginning() {
    assertThat(timebase.ticks()).isZero();
    clock.advance(99);
    assertThat(timebase.ticks()).isZero();
    clock.advance(1);
    assertThat(timebase.ticks()).isEqualTo(1);
    clock.advance(1_000_000_000L);
    assertThat(timebase.ticks()).isEqualTo(1 + Timebase.FREQUENCY_HZ);
  }

  @Test
  void shouldTellTheMomentATickBegins() {
    long moment = timebase.monotonicNsAt(1000);
    assertThat(timebase.ticksAt(moment)).isEqualTo(1000);
    assertThat(timebase.ticksAt(moment - 1)).isEqualTo(999);
  }

  @Test
  void shouldNeverReachComparatorsBeyondTheClock() {
    assertThat(timebase.monotonicNsAt(-1)).isEqualTo(Long.MAX_VALUE);
    assertThat(timebase.monotonicNsAt(Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(timebase.monotonicNsAt(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(timebase.monotonicNsAt(Long.MAX_VALUE / 100)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldGoOnFromWhereItIsSet() {
    timebase.setTicks(5_000);
    assertThat(timebase.ticks()).isEqualTo(5_000);
    clock.advance(200);
    assertThat(timebase.ticks()).isEqualTo(5_002);
    assertThat(timebase.monotonicNsAt(5_002)).isEqualTo(clock.monotonicNs());
  }
}
