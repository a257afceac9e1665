package org.xenoserver.vmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.time.Timebase;

final class ClintTest {
  private static final class Hart implements Clint.HartTimer {
    boolean softwareInterrupt;
    int told;
    long compare = -1;

    @Override
    public void setMachineSoftwareInterrupt(boolean pending) {
      softwareInterrupt = pending;
    }

    @Override
    public void setMachineTimeCompare(long ticks) {
      compare = ticks;
      told++;
    }

    @Override
    public long machineTimeCompare() {
      return compare;
    }
  }

  private final Hart hart0 = new Hart();
  private final Hart hart1 = new Hart();
  private final Timebase time =
      new Timebase(
          new Clock() {
            @Override
            public long monotonicNs() {
              return 0;
            }

            @Override
            public long wallNs() {
              return 0;
            }
          });
  private final Clint clint = new Clint(time, List.of(hart0, hart1));

  @Test
  void shouldRaiseAndClearSoftwareInterruptsPerHart() {
    clint.write(4, 4, 0xffff_ffffL);
    assertThat(hart0.softwareInterrupt).isFalse();
    assertThat(hart1.softwareInterrupt).isTrue();
    assertThat(clint.read(4, 4)).isEqualTo(1);
    assertThat(clint.read(0, 8)).isEqualTo(1L << 32);
    clint.write(0, 8, 1);
    assertThat(hart0.softwareInterrupt).isTrue();
    assertThat(hart1.softwareInterrupt).isFalse();
  }

  @Test
  void shouldSetTheComparisonByDoublewordAndByHalves() {
    clint.write(0x4008, 8, 0x1122_3344_5566_7788L);
    assertThat(hart1.compare).isEqualTo(0x1122_3344_5566_7788L);
    clint.write(0x4000, 4, 0x89ab_cdefL);
    assertThat(hart0.compare).isEqualTo(0xffff_ffff_89ab_cdefL);
    clint.write(0x4004, 4, 1);
    assertThat(hart0.compare).isEqualTo(0x1_89ab_cdefL);
    assertThat(clint.read(0x4000, 4)).isEqualTo(0x89ab_cdefL);
    assertThat(clint.read(0x4004, 4)).isEqualTo(1);
  }

  @Test
  void shouldShowAndSetTheTime() {
    time.setTicks(0x5_0000_0003L);
    assertThat(clint.read(0xbff8, 8)).isEqualTo(0x5_0000_0003L);
    assertThat(clint.read(0xbff8, 4)).isEqualTo(3);
    assertThat(clint.read(0xbffc, 4)).isEqualTo(5);
    clint.write(0xbffc, 4, 9);
    assertThat(time.ticks()).isEqualTo(0x9_0000_0003L);
  }

  @Test
  void shouldIgnoreHartsThatAreNotThereAndOddAccesses() {
    clint.write(8, 4, 1);
    clint.write(0x4010, 8, 1);
    clint.write(0x4002, 4, 1);
    clint.write(0x4000, 1, 1);
    assertThat(hart0.compare).isEqualTo(-1);
    assertThat(clint.read(0x4010, 8)).isZero();
    assertThat(clint.read(0xfff8, 8)).isZero();
  }

  @Test
  void shouldTellWaitingHartsWhenTheTimeIsSet() {
    clint.write(0x4000, 8, 1000);
    clint.write(0xbff8, 8, 5000);
    assertThat(time.ticks()).isEqualTo(5000);
    assertThat(hart0.compare).isEqualTo(1000);
    assertThat(hart0.told).isEqualTo(2);
    assertThat(hart1.told).isEqualTo(1);
  }
}
