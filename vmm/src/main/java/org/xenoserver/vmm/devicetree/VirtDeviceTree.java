package org.xenoserver.vmm.devicetree;

import java.util.stream.Collectors;
import org.xenoserver.vmm.devicetree.FlattenedDeviceTree.Node;

/**
 * The device tree of QEMU's {@code virt} board as we build it: the same addresses, interrupt
 * numbers and {@code compatible} strings, less the devices we do not have.
 */
public final class VirtDeviceTree {
  /** Ticks of the guest's time per second. */
  public static final int TIMEBASE_HZ = 10_000_000;

  private static final long MEMORY_BASE = 0x8000_0000L;
  private static final long TEST_BASE = 0x10_0000;
  private static final long RTC_BASE = 0x10_1000;
  private static final long CLINT_BASE = 0x200_0000;
  private static final long PLIC_BASE = 0xc00_0000;
  private static final long UART_BASE = 0x1000_0000;
  private static final long VIRTIO_BASE = 0x1000_1000;
  private static final long PAGE_BYTES = 0x1000;
  private static final long CLINT_BYTES = 0x1_0000;
  private static final long PLIC_BYTES = 0x60_0000;
  private static final long UART_BYTES = 0x100;
  private static final int UART_CLOCK_HZ = 3_686_400;
  private static final int PLIC_SOURCES = 95;
  private static final int RTC_INTERRUPT = 11;
  private static final int UART_INTERRUPT = 10;
  private static final int FIRST_VIRTIO_INTERRUPT = 1;
  private static final int POWER_OFF_VALUE = 0x5555;
  private static final int REBOOT_VALUE = 0x7777;

  // Local interrupts of a hart (privileged specification, section "mip and mie").
  private static final int MACHINE_SOFTWARE = 3;
  private static final int MACHINE_TIMER = 7;
  private static final int SUPERVISOR_EXTERNAL = 9;
  private static final int MACHINE_EXTERNAL = 11;

  private static final String SERIAL_PATH = "/soc/serial@10000000";

  private final VirtBoard board;
  private final FlattenedDeviceTree tree = new FlattenedDeviceTree();
  private final int[] hartInterruptControllers;

  private VirtDeviceTree(VirtBoard board) {
    this.board = board;
    this.hartInterruptControllers = new int[board.harts()];
  }

  /** The flattened tree of a machine; a few kilobytes. */
  public static byte[] describe(VirtBoard board) {
    return new VirtDeviceTree(board).describe();
  }

  private byte[] describe() {
    Node root = tree.root();
    root.cells("#address-cells", 2)
        .cells("#size-cells", 2)
        .strings("compatible", "riscv-virtio")
        .strings("model", "riscv-virtio,qemu");
    describeBoot(root);
    root.child("memory@80000000")
        .strings("device_type", "memory")
        .doubleCells("reg", MEMORY_BASE, board.memoryBytes());
    describeHarts(root);
    describeDevices(root);
    return tree.toBytes();
  }

  private void describeBoot(Node root) {
    root.child("aliases").strings("serial0", SERIAL_PATH);
    Node chosen =
        root.child("chosen")
            .strings("bootargs", board.bootArguments())
            .strings("stdout-path", SERIAL_PATH)
            .bytes("rng-seed", board.rngSeed());
    VirtBoard.Initrd initrd = board.initrd();
    if (initrd != null) {
      chosen
          .doubleCells("linux,initrd-start", initrd.start())
          .doubleCells("linux,initrd-end", initrd.end());
    }
  }

  private void describeHarts(Node root) {
    Node cpus =
        root.child("cpus")
            .cells("#address-cells", 1)
            .cells("#size-cells", 0)
            .cells("timebase-frequency", TIMEBASE_HZ);
    String[] extensions = board.isaExtensions().toArray(String[]::new);
    int[] handles = new int[board.harts()];
    for (int hart = 0; hart < board.harts(); hart++) {
      Node cpu = cpus.child("cpu@%x".formatted(hart));
      handles[hart] = cpu.phandle();
      cpu.strings("device_type", "cpu")
          .cells("reg", hart)
          .strings("status", "okay")
          .strings("compatible", "riscv")
          .strings("riscv,isa", isaString())
          .strings("riscv,isa-base", "rv64i")
          .strings("riscv,isa-extensions", extensions)
          .strings("mmu-type", "riscv,sv57");
      hartInterruptControllers[hart] =
          cpu.child("interrupt-controller")
              .cells("#interrupt-cells", 1)
              .flag("interrupt-controller")
              .strings("compatible", "riscv,cpu-intc")
              .phandle();
    }
    Node cluster = cpus.child("cpu-map").child("cluster0");
    for (int hart = 0; hart < board.harts(); hart++) {
      cluster.child("core" + hart).cells("cpu", handles[hart]);
    }
  }

  /** The older, single-string form: {@code rv64}, the letters, the longer names behind "_". */
  private String isaString() {
    String letters =
        board.isaExtensions().stream()
            .filter(name -> name.length() == 1)
            .collect(Collectors.joining("", "rv64", ""));
    return board.isaExtensions().stream()
        .filter(name -> name.length() > 1)
        .map(name -> "_" + name)
        .collect(Collectors.joining("", letters, ""));
  }

  private void describeDevices(Node root) {
    Node soc =
        root.child("soc")
            .cells("#address-cells", 2)
            .cells("#size-cells", 2)
            .strings("compatible", "simple-bus")
            .flag("ranges");
    int plic =
        device(soc, "plic", PLIC_BASE, PLIC_BYTES)
            .strings("compatible", "sifive,plic-1.0.0", "riscv,plic0")
            .cells("#address-cells", 0)
            .cells("#interrupt-cells", 1)
            .flag("interrupt-controller")
            .cells("interrupts-extended", perHart(MACHINE_EXTERNAL, SUPERVISOR_EXTERNAL))
            .cells("riscv,ndev", PLIC_SOURCES)
            .phandle();
    if (board.machineMode()) {
      device(soc, "clint", CLINT_BASE, CLINT_BYTES)
          .strings("compatible", "sifive,clint0", "riscv,clint0")
          .cells("interrupts-extended", perHart(MACHINE_SOFTWARE, MACHINE_TIMER));
    }
    int test =
        device(soc, "test", TEST_BASE, PAGE_BYTES)
            .strings("compatible", "sifive,test1", "sifive,test0", "syscon")
            .phandle();
    device(soc, "rtc", RTC_BASE, PAGE_BYTES)
        .strings("compatible", "google,goldfish-rtc")
        .cells("interrupts", RTC_INTERRUPT)
        .cells("interrupt-parent", plic);
    device(soc, "serial", UART_BASE, UART_BYTES)
        .strings("compatible", "ns16550a")
        .cells("clock-frequency", UART_CLOCK_HZ)
        .cells("interrupts", UART_INTERRUPT)
        .cells("interrupt-parent", plic);
    for (int slot : board.virtioSlots()) {
      device(soc, "virtio_mmio", VIRTIO_BASE + slot * PAGE_BYTES, PAGE_BYTES)
          .strings("compatible", "virtio,mmio")
          .cells("interrupts", FIRST_VIRTIO_INTERRUPT + slot)
          .cells("interrupt-parent", plic);
    }
    root.child("poweroff")
        .strings("compatible", "syscon-poweroff")
        .cells("regmap", test)
        .cells("offset", 0)
        .cells("value", POWER_OFF_VALUE);
    root.child("reboot")
        .strings("compatible", "syscon-reboot")
        .cells("regmap", test)
        .cells("offset", 0)
        .cells("value", REBOOT_VALUE);
  }

  private static Node device(Node soc, String name, long base, long sizeBytes) {
    return soc.child("%s@%x".formatted(name, base)).doubleCells("reg", base, sizeBytes);
  }

  /** Two local interrupts of every hart, in the order of the contexts they stand for. */
  private int[] perHart(int first, int second) {
    int[] cells = new int[board.harts() * 4];
    for (int hart = 0; hart < board.harts(); hart++) {
      cells[4 * hart] = hartInterruptControllers[hart];
      cells[4 * hart + 1] = first;
      cells[4 * hart + 2] = hartInterruptControllers[hart];
      cells[4 * hart + 3] = second;
    }
    return cells;
  }
}
