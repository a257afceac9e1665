package org.xenoserver.vmm.riscv.floatingpoint;

import java.math.BigInteger;

/**
 * What the specification says, by definition: the exact result as a rational number, then rounded.
 */
final class ReferenceArithmetic {
  private static final int NV = 16;
  private static final int DZ = 8;
  private static final int OF = 4;
  private static final int UF = 2;
  private static final int NX = 1;

  /** Result bits and raised flags. */
  record Result(long bits, int flags) {}

  private final boolean isSingle;
  private final int precision;
  private final int maxExponent;

  ReferenceArithmetic(boolean isSingle) {
    this.isSingle = isSingle;
    this.precision = isSingle ? 24 : 53;
    this.maxExponent = isSingle ? 127 : 1023;
  }

  Result add(long a, long b, int rm) {
    return multiplyAdd(a, encode(1), b, rm);
  }

  Result multiply(long a, long b, int rm) {
    double x = value(a);
    double y = value(b);
    if (isNaN(a) || isNaN(b)) {
      return nan(isSignaling(a) || isSignaling(b));
    }
    if (Double.isNaN(x * y)) {
      return nan(true);
    }
    if (Double.isInfinite(x) || Double.isInfinite(y) || x == 0 || y == 0) {
      return new Result(encode(x * y), 0);
    }
    return round(Rational.of(x).times(Rational.of(y)), rm);
  }

  Result divide(long a, long b, int rm) {
    double x = value(a);
    double y = value(b);
    if (isNaN(a) || isNaN(b)) {
      return nan(isSignaling(a) || isSignaling(b));
    }
    if (Double.isNaN(x / y)) {
      return nan(true);
    }
    if (Double.isInfinite(x) || Double.isInfinite(y) || x == 0 || y == 0) {
      return new Result(encode(x / y), y == 0 && !Double.isInfinite(x) ? DZ : 0);
    }
    return round(Rational.of(x).dividedBy(Rational.of(y)), rm);
  }

  Result squareRoot(long a, int rm) {
    double x = value(a);
    if (isNaN(a) || x < 0) {
      return nan(isSignaling(a) || x < 0);
    }
    return x == 0 || Double.isInfinite(x)
        ? new Result(a, 0)
        : round(Rational.of(x).squareRoot(), rm);
  }

  Result multiplyAdd(long a, long b, long c, int rm) {
    double x = value(a);
    double y = value(b);
    double z = value(c);
    boolean invalidProduct = !isNaN(a) && !isNaN(b) && Double.isNaN(x * y);
    if (isNaN(a) || isNaN(b) || isNaN(c) || invalidProduct) {
      return nan(isSignaling(a) || isSignaling(b) || isSignaling(c) || invalidProduct);
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return Double.isNaN(x * y + z) ? nan(true) : new Result(encode(x * y), 0);
    }
    if (Double.isInfinite(z)) {
      return new Result(c, 0);
    }
    Rational exact = Rational.of(x).times(Rational.of(y)).plus(Rational.of(z));
    if (exact.signum() != 0) {
      return round(exact, rm);
    }
    double signOfProduct = Math.copySign(1, x) * Math.copySign(1, y);
    double signOfZero = signOfProduct == Math.copySign(1, z) ? signOfProduct : rm == 2 ? -1 : 1;
    return new Result(encode(Math.copySign(0, signOfZero)), 0);
  }

  Result fromInteger(BigInteger integer, int rm) {
    return integer.signum() == 0 ? new Result(0, 0) : round(Rational.of(integer), rm);
  }

  Result fromDouble(long a, int rm) {
    double x = Double.longBitsToDouble(a);
    if (Double.isNaN(x)) {
      return nan((a & 1L << 51) == 0);
    }
    return x == 0 || Double.isInfinite(x) ? new Result(encode(x), 0) : round(Rational.of(x), rm);
  }

  Result toInteger(long a, BigInteger lowest, BigInteger highest, int rm) {
    double x = value(a);
    if (isNaN(a) || x == Double.POSITIVE_INFINITY) {
      return new Result(highest.longValue(), NV);
    }
    if (x == Double.NEGATIVE_INFINITY) {
      return new Result(lowest.longValue(), NV);
    }
    Rational exact = Rational.of(x);
    BigInteger rounded = exact.round(rm);
    if (rounded.compareTo(lowest) < 0) {
      return new Result(lowest.longValue(), NV);
    }
    if (rounded.compareTo(highest) > 0) {
      return new Result(highest.longValue(), NV);
    }
    return new Result(rounded.longValue(), Rational.of(rounded).compareTo(exact) == 0 ? 0 : NX);
  }

  private Result round(Rational exact, int rm) {
    int minExponent = 1 - maxExponent;
    int exponent = exact.floorLog2();
    int unit = Math.max(exponent, minExponent) - (precision - 1);
    BigInteger rounded = exact.timesTwoToThe(-unit).round(rm);
    Rational result = Rational.of(rounded).timesTwoToThe(unit);
    boolean negative = exact.signum() < 0;
    if (rounded.abs().bitLength() + unit > maxExponent + 1) {
      boolean toInfinity = rm == 0 || rm == 4 || rm == (negative ? 2 : 3);
      double infinity = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      double largest = isSingle ? Float.MAX_VALUE : Double.MAX_VALUE;
      return new Result(encode(toInfinity ? infinity : negative ? -largest : largest), OF | NX);
    }
    int unboundedUnit = exponent - (precision - 1);
    Rational unbounded =
        Rational.of(exact.timesTwoToThe(-unboundedUnit).round(rm).abs())
            .timesTwoToThe(unboundedUnit);
    boolean tiny = unbounded.compareTo(Rational.of(BigInteger.ONE).timesTwoToThe(minExponent)) < 0;
    int flags = result.compareTo(exact) == 0 ? 0 : tiny ? UF | NX : NX;
    double magnitude =
        Math.scalb(Math.scalb(rounded.abs().doubleValue(), unit / 2), unit - unit / 2);
    return new Result(encode(negative ? -magnitude : magnitude), flags);
  }

  double value(long bits) {
    return isSingle ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }

  long encode(double value) {
    return isSingle
        ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) value))
        : Double.doubleToRawLongBits(value);
  }

  boolean isNaN(long bits) {
    return Double.isNaN(value(bits));
  }

  boolean isSignaling(long bits) {
    return isNaN(bits) && (bits & (isSingle ? 1L << 22 : 1L << 51)) == 0;
  }

  private Result nan(boolean invalid) {
    return new Result(isSingle ? 0x7fc0_0000L : 0x7ff8_0000_0000_0000L, invalid ? NV : 0);
  }
}
