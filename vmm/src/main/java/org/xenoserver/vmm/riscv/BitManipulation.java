package org.xenoserver.vmm.riscv;

/** Operations of Zbb and Zbc that Java has no operator for (unprivileged manual, chapter "B"). */
final class BitManipulation {
  private BitManipulation() {}

  /** orc.b: each byte becomes all ones unless it is zero. */
  static long orCombine(long value) {
    long low = value & 0x7f7f7f7f7f7f7f7fL;
    long any = (low + 0x7f7f7f7f7f7f7f7fL | value) & 0x8080808080808080L;
    return (any >>> 7) * 0xff;
  }

  /** The low half of the carry-less product. */
  static long carrylessLow(long a, long b) {
    long product = 0;
    for (int i = 0; i < 64; i++) {
      if ((b >>> i & 1) != 0) {
        product ^= a << i;
      }
    }
    return product;
  }

  /** The high half of the carry-less product. */
  static long carrylessHigh(long a, long b) {
    long product = 0;
    for (int i = 1; i < 64; i++) {
      if ((b >>> i & 1) != 0) {
        product ^= a >>> 64 - i;
      }
    }
    return product;
  }

  /** Bits 126 to 63 of the carry-less product (clmulr). */
  static long carrylessReversed(long a, long b) {
    return carrylessHigh(a, b) << 1 | carrylessLow(a, b) >>> 63;
  }

  static long maxUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  static long minUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }
}
