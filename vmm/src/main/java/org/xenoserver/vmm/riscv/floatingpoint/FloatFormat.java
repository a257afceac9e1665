package org.xenoserver.vmm.riscv.floatingpoint;

/**
 * The layout of an IEEE 754-2008 binary interchange format (section 3.4), for values held in the
 * low bits of a {@code long} whose other bits are zero.
 */
enum FloatFormat {
  DOUBLE(53, 1023, 64),
  SINGLE(24, 127, 32);

  /** Bits of a significand, the hidden one included. */
  final int precision;

  /** What is added to an exponent to encode it. */
  final int bias;

  /** Exponent of the smallest normal number. */
  final int minExponent;

  /** The sign bit alone. */
  final long signBit;

  /** Positive infinity; as a mask, the exponent field. */
  final long infinity;

  /** The quiet NaN that every operation which yields a NaN yields. */
  final long canonicalNaN;

  private final long fractionMask;
  private final long hiddenBit;

  FloatFormat(int precision, int bias, int width) {
    this.precision = precision;
    this.bias = bias;
    this.minExponent = 1 - bias;
    this.signBit = 1L << (width - 1);
    this.hiddenBit = 1L << (precision - 1);
    this.fractionMask = hiddenBit - 1;
    this.infinity = signBit - hiddenBit;
    this.canonicalNaN = infinity | (hiddenBit >>> 1);
  }

  boolean isNegative(long bits) {
    return (bits & signBit) != 0;
  }

  boolean isNaN(long bits) {
    return (bits & ~signBit) > infinity;
  }

  boolean isSignalingNaN(long bits) {
    return isNaN(bits) && (bits & (hiddenBit >>> 1)) == 0;
  }

  boolean isInfinite(long bits) {
    return (bits & ~signBit) == infinity;
  }

  boolean isZero(long bits) {
    return (bits & ~signBit) == 0;
  }

  boolean isSubnormal(long bits) {
    return (bits & infinity) == 0 && !isZero(bits);
  }

  /** The power of two of the leading bit of a finite number other than zero. */
  int exponent(long bits) {
    int field = (int) ((bits & infinity) >>> (precision - 1));
    if (field != 0) {
      return field - bias;
    }
    int leadingZeros = Long.numberOfLeadingZeros(bits & fractionMask);
    return minExponent - (leadingZeros - (Long.SIZE - precision));
  }

  /** The significand of a finite number other than zero, its leading bit at bit 63. */
  long significand(long bits) {
    long fraction = bits & fractionMask;
    if ((bits & infinity) != 0) {
      fraction |= hiddenBit;
    }
    return fraction << Long.numberOfLeadingZeros(fraction);
  }

  /** The ten-bit mask of FCLASS (unprivileged specification, table of section "FCLASS"). */
  int classify(long bits) {
    if (isNaN(bits)) {
      return isSignalingNaN(bits) ? 1 << 8 : 1 << 9;
    }
    int distanceFromZero = isZero(bits) ? 0 : isSubnormal(bits) ? 1 : isInfinite(bits) ? 3 : 2;
    return isNegative(bits) ? 1 << (3 - distanceFromZero) : 1 << (4 + distanceFromZero);
  }
}
