package org.xenoserver.vmm.conformance;

/**
 * Where everything of a generated program is: one range of guest physical memory that holds its
 * code, data and page tables, its trap handlers, and in the end its results.
 *
 * <p>Sources for the board's addresses: QEMU's {@code virt} machine.
 */
final class Arena {
  static final long RAM = 0x8000_0000L;

  /** Where a program goes in M-mode when it has written its results. */
  static final long RETURN = RAM + 0x800;

  /** The arena; 2 MiB aligned, so that a large page can map it. */
  static final long BASE = RAM + 0x20_0000;

  static final int SIZE_BYTES = 0x18000;

  static final int HANDLERS = 0;

  /** What handlers need, initial and final registers, and the log of traps. */
  static final int TRAP = 0x1000;

  static final int CODE = 0x4000;
  static final int CODE_BYTES = 0x4000;
  static final int DATA = 0x8000;
  static final int DATA_BYTES = 0x4000;
  static final int TABLES = 0xd000;

  /** What tp holds all the time: the middle of the trap page. */
  static final long TP = BASE + TRAP + 0x800;

  // Offsets from the trap page's beginning.

  /** Saved registers of the handlers: what is left there depends on when interrupts came. */
  static final int MACHINE_SAVE = 0x000;

  static final int SUPERVISOR_SAVE = 0x030;
  static final int TIMER_LEFT = 0x070;
  static final int COUNT = 0x080;
  static final int LIMIT = 0x088;

  /** Where the code is in each mode: U, S, none, M. */
  static final int WINDOWS = 0x090;

  static final int ENTRY_ADDRESS = 0x0b0;
  static final int ENTRY_MASK = 0x0b8;
  static final int TIMER_INTERVAL = 0x0c0;

  /** What is kept of the address of an access fault. */
  static final int ACCESS_FAULT_VALUE_MASK = 0x0c8;

  static final int INTEGERS = 0x100;
  static final int FLOATS = 0x200;
  static final int CONTROLS = 0x300;
  static final int LOG = 0x400;
  static final int LOG_ENTRY_BYTES = 24;
  static final int LOG_ENTRIES = 120;

  /** The control and status registers at {@link #CONTROLS}, in that order. */
  enum Control {
    MSTATUS,
    MEDELEG,
    MIDELEG,
    MIE,
    SATP,
    SCOUNTEREN,
    MCOUNTEREN,
    FCSR,
    PMPADDR0,
    PMPADDR1,
    PMPCFG0,
    MEPC,
    MSCRATCH,
    SSCRATCH,
    SEPC,
    SCAUSE,
    STVAL,
    MCAUSE,
    MTVAL,
    MIP;

    int offset() {
      return CONTROLS + 8 * ordinal();
    }
  }

  private Arena() {}

  /** Whether a byte is the same however often interrupts came. */
  static boolean isResult(int offset) {
    return offset < TRAP || offset >= TRAP + COUNT;
  }

  /** What stands at an offset, for people. */
  static String describe(int offset) {
    int inTrap = offset - TRAP;
    if (offset < TRAP) {
      return "handlers+0x%x".formatted(offset);
    } else if (inTrap < COUNT) {
      return "saved registers";
    } else if (inTrap < INTEGERS) {
      return inTrap < LIMIT ? "number of traps" : "parameters+0x%x".formatted(inTrap);
    } else if (inTrap < FLOATS) {
      return "x" + (inTrap - INTEGERS) / 8;
    } else if (inTrap < CONTROLS) {
      return "f" + (inTrap - FLOATS) / 8;
    } else if (inTrap < CONTROLS + 8 * Control.values().length) {
      return Control.values()[(inTrap - CONTROLS) / 8].name().toLowerCase(java.util.Locale.ROOT);
    } else if (inTrap < LOG) {
      return "parameters+0x%x".formatted(inTrap);
    } else if (offset < TRAP + 0x1000) {
      String[] parts = {"cause and mode", "epc", "tval"};
      int entry = (inTrap - LOG) / LOG_ENTRY_BYTES;
      return parts[(inTrap - LOG) % LOG_ENTRY_BYTES / 8] + " of trap " + entry;
    } else if (offset >= TABLES) {
      return "page table+0x%x".formatted(offset - TABLES);
    } else if (offset >= DATA) {
      return "data+0x%x".formatted(offset - DATA);
    }
    return "code+0x%x".formatted(offset - CODE);
  }
}
