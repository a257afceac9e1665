package org.xenoserver.vmm.riscv;

/**
 * The system instructions that translated regions execute themselves, since kernels execute them at
 * every call and interrupt.
 *
 * <p>Those that end a region are given what remains of the instructions it may retire, from which
 * the instruction itself is taken already, and return what remains then.
 */
final class RegionSystem {
  /** A value of {@link Hart#interpretNext}: the interpreter must execute the instruction at pc. */
  static final int INTERPRET = 1;

  /** A value of {@link Hart#interpretNext}: interrupts must be looked at before going on. */
  static final int LOOK_AT_INTERRUPTS = 2;

  private RegionSystem() {}

  /** ECALL at pc, unless the VMM answers it. */
  static int environmentCall(Hart hart, int left) {
    if (hart.answersCalls()) {
      hart.interpretNext = INTERPRET;
      return left + 1;
    }
    hart.environmentCall();
    hart.trappedInRegions++;
    return left;
  }

  /** SRET at pc. */
  static int returnFromSupervisor(Hart hart, int left) {
    return returned(hart, left, hart.csrs.returnFromSupervisor());
  }

  /** MRET at pc. */
  static int returnFromMachine(Hart hart, int left) {
    return returned(hart, left, hart.csrs.returnFromMachine());
  }

  private static int returned(Hart hart, int left, boolean legal) {
    if (!legal) {
      hart.interpretNext = INTERPRET;
      return left + 1;
    }
    if (hart.hasPendingInterrupt()) {
      hart.interpretNext = LOOK_AT_INTERRUPTS;
    }
    return left;
  }

  /** Whether TIME may be read. */
  static boolean mayReadTime(Hart hart) {
    return hart.csrs.permits(Csr.TIME, false);
  }

  /** TIME. */
  static long time(Hart hart) {
    return hart.timebase.ticks();
  }

  /** SSTATUS. */
  static long status(Hart hart) {
    return hart.csrs.read(Csr.SSTATUS);
  }

  /**
   * Writes SSTATUS.
   *
   * @return whether interrupts must be looked at before going on
   */
  static boolean setStatus(Hart hart, long value) {
    return hart.csrs.write(Csr.SSTATUS, value) && hart.hasPendingInterrupt();
  }
}
