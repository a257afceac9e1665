package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit;

/**
 * What translated regions ask about floating point. They compute with the host's arithmetic where
 * that gives the guest's result and flags, and leave the rest to the interpreter.
 */
final class RegionFloats {
  private RegionFloats() {}

  /**
   * Whether a region may compute now: -1 if floating point is off or does not round to the nearest,
   * else whether the inexact flag has accrued.
   */
  static int enter(Hart hart) {
    ControlStatusRegisters csrs = hart.csrs;
    return csrs.floatingPointOff() || csrs.roundingMode != FloatingPointUnit.RNE
        ? -1
        : hart.fpu.flags & FloatingPointUnit.NX;
  }

  /** Whether a double is an integer exactly. */
  static boolean exactConversion(long from, double to) {
    return (long) to == from && to != 0x1p63;
  }

  /** Whether a single is an integer exactly. */
  static boolean exactConversion(long from, float to) {
    return (long) to == from && to != 0x1p63f;
  }
}
