package org.xenoserver.vmm.riscv;

/**
 * Division and high products as the M extension defines them: no exceptions, all ones for a
 * quotient by zero, the dividend for a remainder by zero (unprivileged manual, table 11).
 */
final class IntegerDivision {
  private IntegerDivision() {}

  static long multiplyHighSignedUnsigned(long a, long b) {
    return Math.multiplyHigh(a, b) + (a & b >> 63);
  }

  static long quotient(long a, long b) {
    return b == 0 ? -1 : a / b;
  }

  static long quotientUnsigned(long a, long b) {
    return b == 0 ? -1 : Long.divideUnsigned(a, b);
  }

  static long remainder(long a, long b) {
    return b == 0 ? a : a % b;
  }

  static long remainderUnsigned(long a, long b) {
    return b == 0 ? a : Long.remainderUnsigned(a, b);
  }

  static long quotientWord(int a, int b) {
    return b == 0 ? -1 : a / b;
  }

  static long quotientUnsignedWord(int a, int b) {
    return b == 0 ? -1 : Integer.divideUnsigned(a, b);
  }

  static long remainderWord(int a, int b) {
    return b == 0 ? a : a % b;
  }

  static long remainderUnsignedWord(int a, int b) {
    return b == 0 ? a : Integer.remainderUnsigned(a, b);
  }
}
