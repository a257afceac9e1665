package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit;

/**
 * What translated regions ask about floating point. They compute with the host's arithmetic where
 * that gives the guest's result and flags, and leave the rest to the interpreter.
 *
 * <p>Whether an operation was exact is told by error terms that fused multiply-add makes exact
 * themselves (Boldo and Daumas, "Representable correcting terms for possibly underflowing floating
 * point operations", 2003), in a range where these do not underflow.
 */
final class RegionFloats {
  /** Below this an error term might underflow. */
  private static final double SMALL = 0x1p-900;

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

  static boolean exactSum(double a, double b, double sum) {
    double other = sum - a;
    return a - (sum - other) + (b - other) == 0;
  }

  static boolean exactProduct(double a, double b, double product) {
    return Math.abs(product) > SMALL && Math.fma(a, b, -product) == 0;
  }

  static boolean exactQuotient(double a, double b, double quotient) {
    return Math.abs(a) > SMALL && Math.fma(-quotient, b, a) == 0;
  }

  static boolean exactRoot(double a, double root) {
    return a > SMALL && Math.fma(-root, root, a) == 0;
  }

  static boolean exactFused(double a, double b, double c, double result) {
    double product = a * b;
    return exactProduct(a, b, product) && exactSum(product, c, result);
  }

  static boolean exactSum(float a, float b, float sum) {
    double wide = (double) a + b;
    return wide == sum && exactSum(a, b, wide);
  }

  static boolean exactProduct(float a, float b, float product) {
    return (double) a * b == product;
  }

  static boolean exactQuotient(float a, float b, float quotient) {
    return (double) quotient * b == a;
  }

  static boolean exactRoot(float a, float root) {
    return (double) root * root == a;
  }

  static boolean exactFused(float a, float b, float c, float result) {
    double product = (double) a * b;
    double wide = product + c;
    return wide == result && exactSum(product, c, wide);
  }

  static boolean exactConversion(long from, double to) {
    return (long) to == from && to != 0x1p63;
  }

  static boolean exactConversion(long from, float to) {
    return (long) to == from && to != 0x1p63f;
  }
}
