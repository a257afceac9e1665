package org.xenoserver.vmm.riscv.floatingpoint;

import java.util.random.RandomGenerator;

/** Draws bits of floating-point operands where rounding is interesting. */
final class Operands {
  private final RandomGenerator random;
  private final int fractionBits;
  private final int exponentBits;

  Operands(RandomGenerator random, boolean isSingle) {
    this.random = random;
    this.fractionBits = isSingle ? 23 : 52;
    this.exponentBits = isSingle ? 8 : 11;
  }

  long next() {
    long sign = random.nextLong(2) << (fractionBits + exponentBits);
    return sign | (exponent() << fractionBits) | fraction();
  }

  /** An operand close to another: the same, a neighbour, or its negation. */
  long near(long bits) {
    long sign = random.nextLong(2) << (fractionBits + exponentBits);
    return (bits ^ sign) + random.nextLong(-2, 3) & (-1L >>> (63 - fractionBits - exponentBits));
  }

  private long exponent() {
    long largest = (1L << exponentBits) - 1;
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong(3);
      case 1 -> largest - random.nextLong(3);
      case 2, 3, 4 -> largest / 2 + random.nextLong(-3, 4);
      case 5 -> largest / 2 + random.nextLong(-2 * fractionBits, 2 * fractionBits) % (largest / 2);
      default -> random.nextLong(largest + 1);
    };
  }

  private long fraction() {
    long mask = (1L << fractionBits) - 1;
    long bits = random.nextLong() & mask;
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> mask;
      case 2 -> 1L << random.nextInt(fractionBits);
      case 3 -> mask & (mask << random.nextInt(fractionBits));
      case 4 -> mask >>> random.nextInt(fractionBits);
      case 5 -> bits & (mask << random.nextInt(fractionBits));
      default -> bits;
    };
  }
}
