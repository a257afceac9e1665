package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.Csr.*;

/**
 * The control and status registers of one hart, and the traps they govern (privileged manual,
 * chapters 3 and 4).
 *
 * <p>Owned by the hart's thread, but for the timer comparators and what decides whether a waiting
 * hart must be woken, which any thread may read while it does not run.
 */
final class ControlStatusRegisters {
  private static final long SSTATUS_MASK =
      STATUS_SIE
          | STATUS_SPIE
          | STATUS_SPP
          | STATUS_FS
          | STATUS_SUM
          | STATUS_MXR
          | 3L << 32
          | STATUS_SD;

  private static final long MSTATUS_WRITABLE =
      STATUS_SIE
          | STATUS_MIE
          | STATUS_SPIE
          | STATUS_MPIE
          | STATUS_SPP
          | STATUS_MPP
          | STATUS_FS
          | STATUS_MPRV
          | STATUS_SUM
          | STATUS_MXR
          | STATUS_TVM
          | STATUS_TW
          | STATUS_TSR;

  /** RV64, extensions A B C D F I M S U. */
  private static final long EXTENSIONS =
      2L << 62 | 1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 5 | 1 << 8 | 1 << 12 | 1 << 18 | 1 << 20;

  /** Exceptions that may be delegated: all but ECALL from M. */
  private static final long MEDELEG_WRITABLE = 0xb3ff;

  private static final long ALL_COUNTERS = 0xffffffffL;

  /** cycle, time and instret. */
  private static final long BASE_COUNTERS = 7;

  private static final long ENVCFG_WRITABLE = ENVCFG_FIOM | ENVCFG_ADUE | ENVCFG_STCE;

  private final Hart hart;
  final PhysicalMemoryProtection protection = new PhysicalMemoryProtection();

  long status = STATUS_UXL_64 | STATUS_SXL_64;
  long satp;
  long menvcfg = ENVCFG_ADUE;
  int roundingMode;
  volatile long machineTimeCompare = -1;
  private volatile long supervisorTimeCompare = -1;
  private volatile int interruptEnable;
  private volatile int interruptPending;
  private volatile int mideleg;
  private long medeleg;
  private long mtvec;
  long mscratch;
  long mepc;
  long mcause;
  long mtval;
  private long mcounteren;
  private long scounteren;
  private long senvcfg;
  private long stvec;
  long sscratch;
  long sepc;
  long scause;
  long stval;
  private long cycleOffset;
  private long instretOffset;

  ControlStatusRegisters(Hart hart) {
    this.hart = hart;
  }

  /** The reset state of section 3.4; under the VMM's own SBI, as firmware would leave it. */
  void reset(boolean supervisorOpen) {
    status = STATUS_UXL_64 | STATUS_SXL_64;
    satp = 0;
    interruptEnable = 0;
    interruptPending = 0;
    supervisorTimeCompare = -1;
    mcause = 0;
    if (supervisorOpen) {
      openToSupervisor();
    }
  }

  void openToSupervisor() {
    medeleg = MEDELEG_WRITABLE & ~(1L << TrapCause.ECALL_FROM_S);
    mideleg = Interrupt.SUPERVISOR;
    mcounteren = ALL_COUNTERS;
    scounteren = BASE_COUNTERS;
    menvcfg = ENVCFG_WRITABLE;
    protection.admitAll();
  }

  // ---- interrupts

  /** mip as it is at a moment, with the given levels of the lines. */
  int pending(int lines, long ticks) {
    int pending = interruptPending | lines;
    if (Long.compareUnsigned(ticks, machineTimeCompare) >= 0) {
      pending |= Interrupt.MACHINE_TIMER;
    }
    if (supervisorTimerPresent()) {
      pending &= ~Interrupt.SUPERVISOR_TIMER;
      if (Long.compareUnsigned(ticks, supervisorTimeCompare) >= 0) {
        pending |= Interrupt.SUPERVISOR_TIMER;
      }
    }
    return pending;
  }

  /** What software has latched in mip, without the lines and timers. */
  int latchedPending() {
    return interruptPending;
  }

  /** mie. */
  int enabledInterrupts() {
    return interruptEnable;
  }

  /** When an enabled timer of a waiting hart fires next, on the monotonic clock. */
  long nextTimerNs() {
    long next = Long.MAX_VALUE;
    if ((interruptEnable & Interrupt.MACHINE_TIMER) != 0) {
      next = hart.timebase.monotonicNsAt(machineTimeCompare);
    }
    if ((interruptEnable & Interrupt.SUPERVISOR_TIMER) != 0 && supervisorTimerPresent()) {
      next = Math.min(next, hart.timebase.monotonicNsAt(supervisorTimeCompare));
    }
    return next;
  }

  private boolean supervisorTimerPresent() {
    return (menvcfg & ENVCFG_STCE) != 0;
  }

  void setSupervisorTimeCompare(long ticks) {
    supervisorTimeCompare = ticks;
  }

  void raiseSupervisorSoftware() {
    interruptPending |= Interrupt.SUPERVISOR_SOFTWARE;
  }

  /**
   * Takes the first of the pending and enabled interrupts, if the current mode lets any through.
   */
  void takeInterrupt(int pending) {
    int toMachine = pending & ~mideleg;
    int toSupervisor = pending & mideleg;
    boolean machineOpen = hart.privilege < Privilege.MACHINE || (status & STATUS_MIE) != 0;
    boolean supervisorOpen =
        hart.privilege < Privilege.SUPERVISOR
            || hart.privilege == Privilege.SUPERVISOR && (status & STATUS_SIE) != 0;
    if (machineOpen && toMachine != 0) {
      hart.exits.interrupts++;
      takeTrap(Interrupt.first(toMachine), 0, true);
    } else if (supervisorOpen && toSupervisor != 0) {
      hart.exits.interrupts++;
      takeTrap(Interrupt.first(toSupervisor), 0, true);
    }
  }

  // ---- traps

  void takeTrap(int cause, long value, boolean interrupt) {
    long delegated = interrupt ? mideleg : medeleg;
    long causeRegister = interrupt ? cause | Long.MIN_VALUE : cause;
    int from = hart.privilege;
    long vector;
    if (from != Privilege.MACHINE && (delegated >>> cause & 1) != 0) {
      scause = causeRegister;
      sepc = hart.pc;
      stval = value;
      long enabled = (status & STATUS_SIE) != 0 ? STATUS_SPIE : 0;
      long previous = from == Privilege.SUPERVISOR ? STATUS_SPP : 0;
      status = status & ~(STATUS_SPIE | STATUS_SPP | STATUS_SIE) | enabled | previous;
      hart.privilege = Privilege.SUPERVISOR;
      vector = stvec;
    } else {
      mcause = causeRegister;
      mepc = hart.pc;
      mtval = value;
      long enabled = (status & STATUS_MIE) != 0 ? STATUS_MPIE : 0;
      status =
          status & ~(STATUS_MPIE | STATUS_MPP | STATUS_MIE)
              | enabled
              | (long) from << STATUS_MPP_SHIFT;
      hart.privilege = Privilege.MACHINE;
      vector = mtvec;
    }
    boolean vectored = interrupt && (vector & 3) == 1;
    hart.pc = (vector & ~3L) + (vectored ? 4L * cause : 0);
    hart.memoryAccess.contextChanged();
  }

  /** SRET; false if it is illegal here. */
  boolean returnFromSupervisor() {
    if (hart.privilege == Privilege.USER
        || hart.privilege == Privilege.SUPERVISOR && (status & STATUS_TSR) != 0) {
      return false;
    }
    hart.privilege = (status & STATUS_SPP) != 0 ? Privilege.SUPERVISOR : Privilege.USER;
    long enabled = (status & STATUS_SPIE) != 0 ? STATUS_SIE : 0;
    status = status & ~(STATUS_SIE | STATUS_SPP | STATUS_MPRV) | enabled | STATUS_SPIE;
    hart.pc = sepc;
    hart.memoryAccess.contextChanged();
    return true;
  }

  /** MRET; false if it is illegal here. */
  boolean returnFromMachine() {
    if (hart.privilege != Privilege.MACHINE) {
      return false;
    }
    hart.privilege = previousMachinePrivilege();
    long enabled = (status & STATUS_MPIE) != 0 ? STATUS_MIE : 0;
    long mprv = hart.privilege == Privilege.MACHINE ? status & STATUS_MPRV : 0;
    status = status & ~(STATUS_MIE | STATUS_MPP | STATUS_MPRV) | enabled | STATUS_MPIE | mprv;
    hart.pc = mepc;
    hart.memoryAccess.contextChanged();
    return true;
  }

  /** The privilege loads and stores are checked with. */
  int dataPrivilege() {
    return (status & STATUS_MPRV) != 0 ? previousMachinePrivilege() : hart.privilege;
  }

  private int previousMachinePrivilege() {
    return (int) (status >>> STATUS_MPP_SHIFT) & 3;
  }

  /** Whether WFI is illegal in the current mode. */
  boolean forbidsWait() {
    return hart.privilege == Privilege.USER
        || hart.privilege == Privilege.SUPERVISOR && (status & STATUS_TW) != 0;
  }

  /** Whether S-mode may not touch satp nor execute SFENCE.VMA. */
  boolean forbidsTranslationControl() {
    return hart.privilege == Privilege.USER
        || hart.privilege == Privilege.SUPERVISOR && (status & STATUS_TVM) != 0;
  }

  // ---- floating point

  boolean floatingPointOff() {
    return (status & STATUS_FS) == 0;
  }

  void floatingPointDirty() {
    status |= STATUS_FS;
  }

  // ---- access by number

  /** Whether a CSR instruction may touch a register. */
  boolean permits(int csr, boolean write) {
    if ((csr >>> 8 & 3) > hart.privilege || write && csr >>> 10 == 3) {
      return false;
    }
    if (csr >= CYCLE && csr <= HPMCOUNTER31) {
      return counterEnabled(csr - CYCLE);
    }
    return switch (csr) {
      case FFLAGS, FRM, FCSR -> !floatingPointOff();
      case SATP -> !forbidsTranslationControl();
      case STIMECMP ->
          hart.privilege == Privilege.MACHINE
              || supervisorTimerPresent() && (mcounteren >>> (TIME - CYCLE) & 1) != 0;
      default -> exists(csr);
    };
  }

  private boolean counterEnabled(int counter) {
    return switch (hart.privilege) {
      case Privilege.MACHINE -> true;
      case Privilege.SUPERVISOR -> (mcounteren >>> counter & 1) != 0;
      default -> (mcounteren & scounteren & 1L << counter) != 0;
    };
  }

  private static boolean exists(int csr) {
    return switch (csr) {
      case SSTATUS, SIE, STVEC, SCOUNTEREN, SENVCFG, SSCRATCH, SEPC, SCAUSE, STVAL, SIP -> true;
      case MSTATUS, MISA, MEDELEG, MIDELEG, MIE, MTVEC, MCOUNTEREN, MENVCFG, MCOUNTINHIBIT -> true;
      case MSCRATCH, MEPC, MCAUSE, MTVAL, MIP, MCYCLE, MINSTRET -> true;
      case MVENDORID, MARCHID, MIMPID, MHARTID, MCONFIGPTR -> true;
      default ->
          csr >= MHPMCOUNTER3 && csr <= MHPMCOUNTER31
              || csr >= MHPMEVENT3 && csr <= MHPMEVENT31
              || csr >= PMPCFG0 && csr <= PMPCFG14 && (csr & 1) == 0
              || csr >= PMPADDR0 && csr <= PMPADDR63
              || csr >= TSELECT && csr <= TDATA3;
    };
  }

  long read(int csr) {
    return switch (csr) {
      case FFLAGS -> hart.fpu.flags;
      case FRM -> roundingMode;
      case FCSR -> hart.fpu.flags | (long) roundingMode << 5;
      case CYCLE, MCYCLE -> hart.timebase.clock().monotonicNs() + cycleOffset;
      case TIME -> hart.timebase.ticks();
      case INSTRET, MINSTRET -> hart.retiredInstructionsNow() + instretOffset;
      case SSTATUS -> statusWithSummary() & SSTATUS_MASK;
      case SIE -> interruptEnable & mideleg;
      case STVEC -> stvec;
      case SCOUNTEREN -> scounteren;
      case SENVCFG -> senvcfg;
      case SSCRATCH -> sscratch;
      case SEPC -> sepc;
      case SCAUSE -> scause;
      case STVAL -> stval;
      case SIP -> machinePending() & mideleg;
      case STIMECMP -> supervisorTimeCompare;
      case SATP -> satp;
      case MSTATUS -> statusWithSummary();
      case MISA -> EXTENSIONS;
      case MEDELEG -> medeleg;
      case MIDELEG -> mideleg;
      case MIE -> interruptEnable;
      case MTVEC -> mtvec;
      case MCOUNTEREN -> mcounteren;
      case MENVCFG -> menvcfg;
      case MSCRATCH -> mscratch;
      case MEPC -> mepc;
      case MCAUSE -> mcause;
      case MTVAL -> mtval;
      case MIP -> machinePending();
      case MHARTID -> hart.id;
      default -> {
        if (csr >= PMPCFG0 && csr <= PMPCFG14) {
          yield protection.readConfig(csr - PMPCFG0);
        }
        // What remains is read-only zero: identification, event counters, triggers.
        yield csr >= PMPADDR0 && csr <= PMPADDR63 ? protection.readAddress(csr - PMPADDR0) : 0;
      }
    };
  }

  private int machinePending() {
    return pending(hart.lines(), hart.timebase.ticks());
  }

  private long statusWithSummary() {
    return (status & STATUS_FS) == STATUS_FS ? status | STATUS_SD : status;
  }

  /**
   * Writes a register.
   *
   * @return whether the change may let an interrupt in or alters how code is fetched, so that the
   *     main loop must be left
   */
  boolean write(int csr, long value) {
    switch (csr) {
      case FFLAGS -> {
        hart.fpu.flags = (int) value & 31;
        floatingPointDirty();
      }
      case FRM -> {
        roundingMode = (int) value & 7;
        floatingPointDirty();
      }
      case FCSR -> {
        hart.fpu.flags = (int) value & 31;
        roundingMode = (int) value >>> 5 & 7;
        floatingPointDirty();
      }
      case SSTATUS -> {
        return writeStatus(status & ~SSTATUS_MASK | value & SSTATUS_MASK);
      }
      case SIE -> {
        interruptEnable = interruptEnable & ~mideleg | (int) value & mideleg;
        return true;
      }
      case STVEC -> stvec = legalVector(stvec, value);
      case SCOUNTEREN -> scounteren = value & 0xffffffffL;
      case SENVCFG -> senvcfg = value & ENVCFG_FIOM;
      case SSCRATCH -> sscratch = value;
      case SEPC -> sepc = value & ~1L;
      case SCAUSE -> scause = value;
      case STVAL -> stval = value;
      case SIP -> {
        int writable = mideleg & Interrupt.SUPERVISOR_SOFTWARE;
        interruptPending = interruptPending & ~writable | (int) value & writable;
        return true;
      }
      case STIMECMP -> {
        supervisorTimeCompare = value;
        return true;
      }
      case SATP -> {
        if (PageTableWalk.knows((int) (value >>> 60))) {
          satp = value;
          hart.memoryAccess.contextChanged();
          return true;
        }
      }
      case MSTATUS -> {
        return writeStatus(status & ~MSTATUS_WRITABLE | value & MSTATUS_WRITABLE);
      }
      case MEDELEG -> medeleg = value & MEDELEG_WRITABLE;
      case MIDELEG -> {
        mideleg = (int) value & Interrupt.SUPERVISOR;
        return true;
      }
      case MIE -> {
        interruptEnable = (int) value & Interrupt.ALL;
        return true;
      }
      case MTVEC -> mtvec = legalVector(mtvec, value);
      case MCOUNTEREN -> mcounteren = value & 0xffffffffL;
      case MENVCFG -> {
        menvcfg = value & ENVCFG_WRITABLE;
        hart.memoryAccess.flushAll();
        return true;
      }
      case MSCRATCH -> mscratch = value;
      case MEPC -> mepc = value & ~1L;
      case MCAUSE -> mcause = value;
      case MTVAL -> mtval = value;
      case MIP -> {
        int writable = Interrupt.SUPERVISOR;
        interruptPending = interruptPending & ~writable | (int) value & writable;
        return true;
      }
      case MCYCLE -> cycleOffset = value - hart.timebase.clock().monotonicNs();
      // The instruction that writes is itself not counted (section 3.1.10).
      case MINSTRET -> instretOffset = value - hart.retiredInstructionsNow() - 1;
      default -> {
        return writeProtection(csr, value);
      }
    }
    return false;
  }

  private boolean writeProtection(int csr, long value) {
    if (csr >= PMPCFG0 && csr <= PMPCFG14) {
      protection.writeConfig(csr - PMPCFG0, value);
    } else if (csr >= PMPADDR0 && csr <= PMPADDR63) {
      protection.writeAddress(csr - PMPADDR0, value);
    } else {
      return false; // Read-only zero.
    }
    hart.memoryAccess.flushAll();
    return true;
  }

  private boolean writeStatus(long value) {
    if ((value >>> STATUS_MPP_SHIFT & 3) == 2) {
      value = value & ~STATUS_MPP | status & STATUS_MPP;
    }
    long changed = status ^ value;
    status = value & ~STATUS_SD & ~(15L << 32) | STATUS_UXL_64 | STATUS_SXL_64;
    if ((changed & STATUS_MXR) != 0) {
      hart.memoryAccess.flushAll();
    }
    if ((changed & (STATUS_SUM | STATUS_MPRV | STATUS_MPP)) != 0) {
      hart.memoryAccess.contextChanged();
    }
    return (changed & value & (STATUS_SIE | STATUS_MIE)) != 0;
  }

  private static long legalVector(long old, long value) {
    return (value & 2) != 0 ? old : value;
  }
}
