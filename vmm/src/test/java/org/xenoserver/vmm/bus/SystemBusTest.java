package org.xenoserver.vmm.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.TestMachine;

class SystemBusTest {
  /** Notes accesses and answers each with the same bits. */
  private static final class Recorder implements MmioDevice {
    final List<String> accesses = new ArrayList<>();

    @Override
    public long read(long offset, int sizeBytes) {
      accesses.add("read %x %d".formatted(offset, sizeBytes));
      return 0x8182838485868788L >>> 64 - 8 * sizeBytes;
    }

    @Override
    public void write(long offset, int sizeBytes, long value) {
      accesses.add("write %x %d %x".formatted(offset, sizeBytes, value));
    }
  }

  private final Recorder device = new Recorder();

  @Test
  void shouldFindTheDeviceThatHoldsAllOfAnAccess() {
    SystemBus bus =
        new SystemBus.Builder()
            .attach(0x2000, 0x10, new Recorder())
            .attach(0x1000, 0x100, device)
            .build();
    assertThat(bus.find(0x1000, 8)).extracting(SystemBus.Range::device).isEqualTo(device);
    assertThat(bus.find(0x10fc, 4)).extracting(SystemBus.Range::base).isEqualTo(0x1000L);
    assertThat(bus.find(0x10fc, 8)).isNull();
    assertThat(bus.find(0xffc, 8)).isNull();
    assertThat(bus.find(0x1100, 1)).isNull();
    assertThat(bus.find(-8, 8)).isNull();
  }

  @Test
  void shouldRefuseDevicesThatOverlap() {
    SystemBus.Builder bus = new SystemBus.Builder().attach(0x1000, 0x100, device);
    assertThatThrownBy(() -> bus.attach(0x10ff, 1, device))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device range 0x10ff+0x1 overlaps 0x1000+0x100");
    bus.attach(0x1100, 1, device).attach(0xfff, 1, device);
  }

  @Test
  void shouldCarryAHartsLoadsAndStoresToTheDevice() {
    try (TestMachine machine = new TestMachine(1, bus -> bus.attach(0x10000000, 0x1000, device))) {
      machine.setRegister("s0", 0x10000000);
      machine.setRegister("s1", -2);
      machine.run(
          """
            lb a0, 1(s0)
            lhu a1, 2(s0)
            lw a2, 4(s0)
            ld a3, 8(s0)
            sb s1, 3(s0)
            sd s1, 16(s0)
            sw s1, 20(s0)
            ebreak
          """);
      assertThat(machine.register("a0")).isEqualTo(0xffffffffffffff81L);
      assertThat(machine.register("a1")).isEqualTo(0x8182);
      assertThat(machine.register("a2")).isEqualTo(0xffffffff81828384L);
      assertThat(machine.register("a3")).isEqualTo(0x8182838485868788L);
      assertThat(device.accesses)
          .containsExactly(
              "read 1 1",
              "read 2 2",
              "read 4 4",
              "read 8 8",
              "write 3 1 fe",
              "write 10 8 fffffffffffffffe",
              "write 14 4 fffffffe");
      assertThat(machine.hart().exits().mmio()).isEqualTo(7);
    }
  }

  @Test
  void shouldFaultRatherThanAskADeviceForAMisalignedAccess() {
    try (TestMachine machine = new TestMachine(1, bus -> bus.attach(0x10000000, 0x2000, device))) {
      for (String access :
          List.of("lw a0, 2(s0)", "sd s1, 4(s0)", "ld a0, -4(s2)", "sh s1, -1(s2)")) {
        machine.setRegister("s0", 0x10000000);
        machine.setRegister("s2", 0x10001000);
        machine.run(access + "\nebreak");
        assertThat(machine.end().cause()).as(access).isEqualTo(access.startsWith("l") ? 5 : 7);
        assertThat(machine.end().pc()).isEqualTo(TestMachine.BASE);
      }
      assertThat(device.accesses).isEmpty();
    }
  }
}
