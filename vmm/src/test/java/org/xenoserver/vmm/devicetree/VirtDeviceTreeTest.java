package org.xenoserver.vmm.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class VirtDeviceTreeTest {
  private static final List<String> ISA = List.of("i", "m", "a", "f", "d", "c", "zicsr", "sstc");
  private static final byte[] SEED = new byte[32];

  private static VirtBoard board(int harts, boolean machineMode, Integer... slots) {
    return new VirtBoard(
        5L << 30,
        harts,
        ISA,
        machineMode,
        new TreeSet<>(List.of(slots)),
        "console=ttyS0 quiet",
        new VirtBoard.Initrd(0x1_8820_0000L, 0x1_8830_0001L),
        SEED);
  }

  private static TreeReader read(VirtBoard board) {
    return new TreeReader(VirtDeviceTree.describe(board));
  }

  @Test
  void shouldDescribeMemoryBootAndConsole() {
    TreeReader tree = read(board(1, false));
    assertThat(tree.cells("/memory@80000000", "reg"))
        .containsExactly(0, 0x8000_0000, 1, 0x4000_0000);
    assertThat(tree.strings("/chosen", "bootargs")).containsExactly("console=ttyS0 quiet");
    assertThat(tree.strings("/chosen", "stdout-path")).containsExactly("/soc/serial@10000000");
    assertThat(tree.strings("/aliases", "serial0")).containsExactly("/soc/serial@10000000");
    assertThat(tree.cells("/chosen", "linux,initrd-start")).containsExactly(1, 0x8820_0000);
    assertThat(tree.cells("/chosen", "linux,initrd-end")).containsExactly(1, 0x8830_0001);
    assertThat(tree.bytes("/chosen", "rng-seed")).isEqualTo(SEED);
    assertThat(tree.cells("/soc/serial@10000000", "clock-frequency")).containsExactly(3_686_400);
    assertThat(tree.cells("/soc/serial@10000000", "interrupts")).containsExactly(10);
    assertThat(tree.cells("/soc/rtc@101000", "interrupts")).containsExactly(11);
  }

  @Test
  void shouldDescribeEveryHartInBothVocabularies() {
    TreeReader tree = read(board(20, true));
    assertThat(tree.cells("/cpus", "timebase-frequency")).containsExactly(10_000_000);
    for (int hart = 0; hart < 20; hart++) {
      String cpu = "/cpus/cpu@" + Integer.toHexString(hart);
      assertThat(tree.cells(cpu, "reg")).containsExactly(hart);
      assertThat(tree.strings(cpu, "riscv,isa")).containsExactly("rv64imafdc_zicsr_sstc");
      assertThat(tree.strings(cpu, "riscv,isa-base")).containsExactly("rv64i");
      assertThat(tree.strings(cpu, "riscv,isa-extensions")).isEqualTo(ISA);
      assertThat(tree.strings(cpu, "mmu-type")).containsExactly("riscv,sv57");
      int core = tree.cells("/cpus/cpu-map/cluster0/core" + hart, "cpu")[0];
      assertThat(tree.target(core)).isEqualTo(cpu);
    }
  }

  @Test
  void shouldWireTheInterruptControllersToEveryHart() {
    TreeReader tree = read(board(3, true));
    assertThat(wires(tree, "/soc/plic@c000000"))
        .containsExactly("0:11", "0:9", "1:11", "1:9", "2:11", "2:9");
    assertThat(wires(tree, "/soc/clint@2000000"))
        .containsExactly("0:3", "0:7", "1:3", "1:7", "2:3", "2:7");
    assertThat(tree.cells("/soc/plic@c000000", "riscv,ndev")).containsExactly(95);
    assertThat(tree.cells("/soc/plic@c000000", "reg")).containsExactly(0, 0xc00_0000, 0, 0x60_0000);
  }

  private static List<String> wires(TreeReader tree, String path) {
    int[] cells = tree.cells(path, "interrupts-extended");
    List<String> wires = new ArrayList<>();
    for (int at = 0; at < cells.length; at += 2) {
      String hart =
          tree.target(cells[at]).replace("/cpus/cpu@", "").replace("/interrupt-controller", "");
      wires.add(hart + ":" + cells[at + 1]);
    }
    return wires;
  }

  @Test
  void shouldHideTheMachineModeTimerFromAGuestWithoutMachineMode() {
    assertThat(read(board(1, false)).paths()).doesNotContain("/soc/clint@2000000");
  }

  @Test
  void shouldAnnounceTheOccupiedVirtioSlotsAlone() {
    TreeReader tree = read(board(1, false, 0, 5));
    assertThat(tree.paths())
        .filteredOn(path -> path.contains("virtio"))
        .containsExactly("/soc/virtio_mmio@10001000", "/soc/virtio_mmio@10006000");
    String sixth = "/soc/virtio_mmio@10006000";
    assertThat(tree.cells(sixth, "interrupts")).containsExactly(6);
    assertThat(tree.target(tree.cells(sixth, "interrupt-parent")[0]))
        .isEqualTo("/soc/plic@c000000");
  }

  @Test
  void shouldPowerOffAndRebootThroughTheTestFinisher() {
    TreeReader tree = read(board(1, false));
    assertThat(tree.cells("/poweroff", "value")).containsExactly(0x5555);
    assertThat(tree.cells("/reboot", "value")).containsExactly(0x7777);
    assertThat(tree.target(tree.cells("/poweroff", "regmap")[0])).isEqualTo("/soc/test@100000");
    assertThat(tree.strings("/soc/test@100000", "compatible")).contains("syscon");
  }

  @Test
  void shouldPointEveryInterruptParentAtAController() {
    TreeReader tree = read(board(2, true, 0, 1, 2, 3, 4, 5, 6, 7));
    for (String path : tree.paths()) {
      if (tree.has(path, "interrupt-parent")) {
        String parent = tree.target(tree.cells(path, "interrupt-parent")[0]);
        assertThat(tree.has(parent, "interrupt-controller")).isTrue();
      }
    }
  }

  @Test
  void shouldRefuseABoardOutOfRange() {
    assertThatThrownBy(() -> board(0, false)).hasMessageContaining("1 to 128");
    assertThatThrownBy(() -> board(129, false)).hasMessageContaining("1 to 128");
    assertThatThrownBy(() -> board(1, false, 8)).hasMessageContaining("0 to 7");
    assertThatThrownBy(
            () -> new VirtBoard(1 << 20, 1, ISA, false, new TreeSet<>(), "", null, new byte[31]))
        .hasMessageContaining("32");
  }
}
