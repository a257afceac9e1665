package org.xenoserver.vmm.riscv.floatingpoint;

import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.DZ;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.NV;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.NX;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.OF;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RDN;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RMM;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RNE;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RTZ;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RUP;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.UF;

/**
 * IEEE 754-2008 arithmetic of one format on integers: every operand, every rounding mode, every
 * flag. Flags accrue in the unit this belongs to.
 *
 * <p>A finite number is taken apart into a sign, the exponent of its leading bit and a significand
 * whose leading bit is bit 63. Bits too far right to matter are folded into the lowest one, which
 * keeps "more than nothing" apart from "nothing".
 */
final class ExactArithmetic {
  private static final int QUOTIENT_BITS_PER_STEP = 10;
  private static final int QUOTIENT_STEPS = 6;
  private static final int ROOT_BITS = 56;

  private final FloatFormat format;
  private final FloatingPointUnit unit;

  ExactArithmetic(FloatFormat format, FloatingPointUnit unit) {
    this.format = format;
    this.unit = unit;
  }

  long add(long a, long b, int rm) {
    if (format.isNaN(a) || format.isNaN(b)) {
      return propagate(a, b);
    }
    if (format.isInfinite(a)) {
      return format.isInfinite(b) && a != b ? invalid() : a;
    }
    if (format.isInfinite(b) || (format.isZero(a) && !format.isZero(b))) {
      return b;
    }
    if (format.isZero(b)) {
      return format.isZero(a) && a != b ? cancelled(rm) : a;
    }
    return sum(
        format.isNegative(a),
        format.exponent(a),
        format.significand(a),
        0,
        format.isNegative(b),
        format.exponent(b),
        format.significand(b),
        0,
        rm);
  }

  long multiply(long a, long b, int rm) {
    if (format.isNaN(a) || format.isNaN(b)) {
      return propagate(a, b);
    }
    boolean negative = format.isNegative(a) != format.isNegative(b);
    if (format.isInfinite(a) || format.isInfinite(b)) {
      return format.isZero(a) || format.isZero(b) ? invalid() : infinity(negative);
    }
    if (format.isZero(a) || format.isZero(b)) {
      return zero(negative);
    }
    long x = format.significand(a);
    long y = format.significand(b);
    return normalizeAndRound(
        negative,
        format.exponent(a) + format.exponent(b) + 1,
        Math.unsignedMultiplyHigh(x, y),
        x * y,
        rm);
  }

  long divide(long a, long b, int rm) {
    if (format.isNaN(a) || format.isNaN(b)) {
      return propagate(a, b);
    }
    boolean negative = format.isNegative(a) != format.isNegative(b);
    if (format.isInfinite(a)) {
      return format.isInfinite(b) ? invalid() : infinity(negative);
    }
    if (format.isInfinite(b)) {
      return zero(negative);
    }
    if (format.isZero(b)) {
      if (format.isZero(a)) {
        return invalid();
      }
      unit.flags |= DZ;
      return infinity(negative);
    }
    if (format.isZero(a)) {
      return zero(negative);
    }
    int exponent = format.exponent(a) - format.exponent(b);
    // 53 bits each, so that a remainder leaves room for the next digits of the quotient.
    long dividend = format.significand(a) >>> 11;
    long divisor = format.significand(b) >>> 11;
    if (dividend < divisor) {
      dividend <<= 1;
      exponent--;
    }
    long quotient = 1;
    long remainder = dividend - divisor;
    for (int step = 0; step < QUOTIENT_STEPS; step++) {
      remainder <<= QUOTIENT_BITS_PER_STEP;
      quotient = (quotient << QUOTIENT_BITS_PER_STEP) | (remainder / divisor);
      remainder %= divisor;
    }
    return normalizeAndRound(negative, exponent + 3, quotient, sticky(remainder), rm);
  }

  long squareRoot(long a, int rm) {
    if (format.isNaN(a)) {
      return propagate(a, a);
    }
    if (format.isZero(a)) {
      return a;
    }
    if (format.isNegative(a)) {
      return invalid();
    }
    if (format.isInfinite(a)) {
      return a;
    }
    int exponent = format.exponent(a);
    // A radicand in [1, 4) with its integer part in the two top bits, taken two bits at a time.
    long radicand = format.significand(a) >>> ((exponent & 1) == 0 ? 1 : 0);
    long root = 0;
    long remainder = 0;
    for (int bit = 0; bit < ROOT_BITS; bit++) {
      remainder = (remainder << 2) | (radicand >>> 62);
      radicand <<= 2;
      long trial = (root << 2) | 1;
      root <<= 1;
      if (remainder >= trial) {
        remainder -= trial;
        root |= 1;
      }
    }
    return normalizeAndRound(
        false, (exponent >> 1) + Long.SIZE - ROOT_BITS, root, sticky(remainder), rm);
  }

  long multiplyAdd(long a, long b, long c, int rm) {
    boolean invalidProduct =
        (format.isInfinite(a) && format.isZero(b)) || (format.isZero(a) && format.isInfinite(b));
    if (invalidProduct) {
      return invalid();
    }
    if (format.isNaN(a) || format.isNaN(b) || format.isNaN(c)) {
      return format.isSignalingNaN(c) ? invalid() : propagate(a, b);
    }
    boolean negative = format.isNegative(a) != format.isNegative(b);
    if (format.isInfinite(a) || format.isInfinite(b)) {
      return format.isInfinite(c) && format.isNegative(c) != negative
          ? invalid()
          : infinity(negative);
    }
    if (format.isInfinite(c)) {
      return c;
    }
    if (format.isZero(a) || format.isZero(b)) {
      return format.isZero(c) && format.isNegative(c) != negative ? cancelled(rm) : c;
    }
    long x = format.significand(a);
    long y = format.significand(b);
    long high = Math.unsignedMultiplyHigh(x, y);
    long low = x * y;
    int exponent = format.exponent(a) + format.exponent(b) + 1;
    if (format.isZero(c)) {
      return normalizeAndRound(negative, exponent, high, low, rm);
    }
    if (high > 0) {
      high = (high << 1) | (low >>> 63);
      low <<= 1;
      exponent--;
    }
    return sum(
        negative,
        exponent,
        high,
        low,
        format.isNegative(c),
        format.exponent(c),
        format.significand(c),
        0,
        rm);
  }

  /** Rounds an integer given by sign and unsigned magnitude. */
  long fromInteger(boolean negative, long magnitude, int rm) {
    return magnitude == 0 ? 0 : normalizeAndRound(negative, Long.SIZE - 1, magnitude, 0, rm);
  }

  /** Rounds a value of another format. */
  long fromFormat(FloatFormat other, long a, int rm) {
    boolean negative = other.isNegative(a);
    if (other.isNaN(a)) {
      return other.isSignalingNaN(a) ? invalid() : format.canonicalNaN;
    }
    if (other.isInfinite(a)) {
      return infinity(negative);
    }
    return other.isZero(a)
        ? zero(negative)
        : round(negative, other.exponent(a), other.significand(a), rm);
  }

  /**
   * Adds two numbers with 128-bit significands {@code high:low}, leading bit at bit 127. The lowest
   * 20 bits are zero, so that alignment loses nothing as long as more than one leading bit can
   * cancel.
   */
  private long sum(
      boolean negativeA,
      int exponentA,
      long highA,
      long lowA,
      boolean negativeB,
      int exponentB,
      long highB,
      long lowB,
      int rm) {
    if (exponentA < exponentB
        || (exponentA == exponentB
            && (Long.compareUnsigned(highA, highB) < 0
                || (highA == highB && Long.compareUnsigned(lowA, lowB) < 0)))) {
      return sum(negativeB, exponentB, highB, lowB, negativeA, exponentA, highA, lowA, rm);
    }
    long high = highA >>> 1;
    long low = (highA << 63) | (lowA >>> 1);
    int shift = exponentA - exponentB + 1;
    long addendHigh = shift < 64 ? highB >>> shift : 0;
    long addendLow;
    if (shift < 64) {
      addendLow = (highB << (64 - shift)) | (lowB >>> shift) | sticky(lowB << (64 - shift));
    } else if (shift == 64) {
      addendLow = highB | sticky(lowB);
    } else if (shift < 128) {
      addendLow = (highB >>> (shift - 64)) | sticky((highB << (128 - shift)) | lowB);
    } else {
      addendLow = 1;
    }
    if (negativeA == negativeB) {
      low += addendLow;
      high += addendHigh + (Long.compareUnsigned(low, addendLow) < 0 ? 1 : 0);
    } else {
      long borrow = Long.compareUnsigned(low, addendLow) < 0 ? 1 : 0;
      low -= addendLow;
      high -= addendHigh + borrow;
      if ((high | low) == 0) {
        return cancelled(rm);
      }
    }
    return normalizeAndRound(negativeA, exponentA + 1, high, low, rm);
  }

  /** Rounds {@code high:low}, not zero, where bit 127 weighs two to the given exponent. */
  private long normalizeAndRound(boolean negative, int exponent, long high, long low, int rm) {
    if (high == 0) {
      return normalizeAndRound(negative, exponent - Long.SIZE, low, 0, rm);
    }
    int shift = Long.numberOfLeadingZeros(high);
    if (shift == 0) {
      return round(negative, exponent, high | sticky(low), rm);
    }
    long shifted = (high << shift) | (low >>> (Long.SIZE - shift)) | sticky(low << shift);
    return round(negative, exponent - shift, shifted, rm);
  }

  /**
   * Rounds to the format (IEEE 754-2008 sections 4.3 and 7.4 to 7.6).
   *
   * @param exponent weight of bit 63 of the significand as a power of two
   * @param significand bit 63 set, bit 0 sticky
   */
  private long round(boolean negative, int exponent, long significand, int rm) {
    int dropped = Long.SIZE - format.precision;
    boolean tiny = false;
    if (exponent < format.minExponent) {
      // Tininess is detected after rounding as if the exponent had no lower bound.
      tiny =
          exponent < format.minExponent - 1
              || roundBits(negative, significand, dropped, rm) != 1L << format.precision;
      int shift = format.minExponent - exponent;
      significand =
          shift < Long.SIZE
              ? (significand >>> shift) | sticky(significand << (Long.SIZE - shift))
              : 1;
      exponent = format.minExponent;
    }
    long kept = roundBits(negative, significand, dropped, rm);
    // The hidden bit, and a carry out of the fraction, add themselves to the exponent field.
    long bits = ((long) (exponent - format.minExponent) << (format.precision - 1)) + kept;
    if (exponent > format.bias || bits >= format.infinity) {
      unit.flags |= OF | NX;
      boolean toInfinity = rm == RNE || rm == RMM || rm == (negative ? RDN : RUP);
      bits = toInfinity ? format.infinity : format.infinity - 1;
    } else if (significand << format.precision != 0) {
      unit.flags |= tiny ? UF | NX : NX;
    }
    return negative ? bits | format.signBit : bits;
  }

  /** A significand without its lowest bits, and one more where the mode rounds away from zero. */
  private static long roundBits(boolean negative, long significand, int dropped, int rm) {
    long kept = significand >>> dropped;
    long remainder = significand & ((1L << dropped) - 1);
    long half = 1L << (dropped - 1);
    boolean up =
        switch (rm) {
          case RNE -> remainder > half || (remainder == half && (kept & 1) != 0);
          case RTZ -> false;
          case RDN -> negative && remainder != 0;
          case RUP -> !negative && remainder != 0;
          case RMM -> remainder >= half;
          default -> throw new IllegalArgumentException("rounding mode " + rm + " is not 0 to 4");
        };
    return up ? kept + 1 : kept;
  }

  private static long sticky(long lostBits) {
    return lostBits == 0 ? 0 : 1;
  }

  private long propagate(long a, long b) {
    return format.isSignalingNaN(a) || format.isSignalingNaN(b) ? invalid() : format.canonicalNaN;
  }

  private long invalid() {
    unit.flags |= NV;
    return format.canonicalNaN;
  }

  /** The zero that a sum of numbers of opposite signs is (section 6.3). */
  private long cancelled(int rm) {
    return zero(rm == RDN);
  }

  private long zero(boolean negative) {
    return negative ? format.signBit : 0;
  }

  private long infinity(boolean negative) {
    return negative ? format.signBit | format.infinity : format.infinity;
  }
}
