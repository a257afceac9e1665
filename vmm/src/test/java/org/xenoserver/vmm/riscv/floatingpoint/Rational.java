package org.xenoserver.vmm.riscv.floatingpoint;

import java.math.BigInteger;

/** An exact number: numerator over a positive denominator. */
record Rational(BigInteger numerator, BigInteger denominator) {
  private static final int ROOT_SCALE = 1300;

  static Rational of(BigInteger integer) {
    return new Rational(integer, BigInteger.ONE);
  }

  /** The value of a finite double. */
  static Rational of(double value) {
    if (value == 0) {
      return of(BigInteger.ZERO);
    }
    int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - 52;
    BigInteger significand =
        BigInteger.valueOf(
            (long) Math.scalb(Math.scalb(value, -exponent / 2), -(exponent - exponent / 2)));
    return of(significand).timesTwoToThe(exponent);
  }

  Rational timesTwoToThe(int power) {
    return power >= 0
        ? new Rational(numerator.shiftLeft(power), denominator)
        : new Rational(numerator, denominator.shiftLeft(-power));
  }

  Rational plus(Rational other) {
    return new Rational(
        numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
        denominator.multiply(other.denominator));
  }

  Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  Rational dividedBy(Rational other) {
    BigInteger sign = BigInteger.valueOf(other.signum());
    return new Rational(
        numerator.multiply(other.denominator).multiply(sign),
        denominator.multiply(other.numerator.abs()));
  }

  /** A square root, or where it is irrational a number far closer to it than any halfway point. */
  Rational squareRoot() {
    BigInteger[] root = numerator.shiftLeft(2 * ROOT_SCALE).divide(denominator).sqrtAndRemainder();
    BigInteger scaled = root[0].shiftLeft(1).add(BigInteger.valueOf(root[1].signum()));
    return of(scaled).timesTwoToThe(-ROOT_SCALE - 1);
  }

  int signum() {
    return numerator.signum();
  }

  int compareTo(Rational other) {
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  /** The largest power of two that is not above the magnitude; not for zero. */
  int floorLog2() {
    int estimate = numerator.bitLength() - denominator.bitLength();
    Rational magnitude = new Rational(numerator.abs(), denominator);
    return magnitude.compareTo(of(BigInteger.ONE).timesTwoToThe(estimate)) >= 0
        ? estimate
        : estimate - 1;
  }

  /** The integer that a rounding mode of the RISC-V specification makes of this. */
  BigInteger round(int rm) {
    BigInteger[] parts = numerator.abs().divideAndRemainder(denominator);
    int comparedWithHalf = parts[1].shiftLeft(1).compareTo(denominator);
    boolean inexact = parts[1].signum() != 0;
    boolean away =
        switch (rm) {
          case 0 -> comparedWithHalf > 0 || (comparedWithHalf == 0 && parts[0].testBit(0));
          case 1 -> false;
          case 2 -> signum() < 0 && inexact;
          case 3 -> signum() > 0 && inexact;
          case 4 -> comparedWithHalf >= 0;
          default -> throw new IllegalArgumentException("rm " + rm);
        };
    BigInteger magnitude = away ? parts[0].add(BigInteger.ONE) : parts[0];
    return signum() < 0 ? magnitude.negate() : magnitude;
  }
}
