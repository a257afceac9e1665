package org.xenoserver.vmm.riscv.floatingpoint;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

/**
 * The arithmetic of the RISC-V F and D extensions (unprivileged specification, chapters F and D:
 * IEEE 754-2008, tininess detected after rounding, every NaN result canonical).
 *
 * <p>Operands and results are raw bits; boxing singles into 64-bit registers is the caller's. A
 * rounding mode {@code rm} is one of {@link #RNE} to {@link #RMM}, already resolved from {@code
 * frm}; anything else makes an inexact result throw {@link IllegalArgumentException}. One instance
 * per hart; not safe for several threads.
 *
 * <p>Round-to-nearest-even on operands and results well inside the normal range is done by the
 * host, whose arithmetic is the same there; only whether the result was exact needs finding out,
 * and not even that once {@link #NX} has accrued. The rest goes to {@link ExactArithmetic}.
 */
public final class FloatingPointUnit {
  /** Flag: invalid operation. */
  public static final int NV = 16;

  /** Flag: divide by zero. */
  public static final int DZ = 8;

  /** Flag: overflow. */
  public static final int OF = 4;

  /** Flag: underflow. */
  public static final int UF = 2;

  /** Flag: inexact. */
  public static final int NX = 1;

  /** Round to nearest, ties to even. */
  public static final int RNE = 0;

  /** Round towards zero. */
  public static final int RTZ = 1;

  /** Round down, towards minus infinity. */
  public static final int RDN = 2;

  /** Round up, towards plus infinity. */
  public static final int RUP = 3;

  /** Round to nearest, ties to maximum magnitude. */
  public static final int RMM = 4;

  private static final long D_SIGN = FloatFormat.DOUBLE.signBit;
  private static final int S_SIGN = (int) FloatFormat.SINGLE.signBit;
  private static final long D_NAN = FloatFormat.DOUBLE.canonicalNaN;
  private static final int S_NAN = (int) FloatFormat.SINGLE.canonicalNaN;
  private static final long D_INFINITY = FloatFormat.DOUBLE.infinity;
  private static final int S_INFINITY = (int) FloatFormat.SINGLE.infinity;
  private static final long D_HIDDEN = 1L << 52;
  private static final long D_FRACTION = D_HIDDEN - 1;

  // Exponent fields. At the smallest normal exponent a result may have been tiny before rounding.
  private static final int D_INFINITE = 0x7ff;
  private static final int S_INFINITE = 0xff;
  private static final int SMALLEST_NORMAL = 1;

  private static final double TWO_31 = 0x1p31;
  private static final double TWO_32 = 0x1p32;
  private static final double TWO_63 = 0x1p63;
  private static final double TWO_64 = 0x1p64;

  /** The accrued exceptions, {@code fflags}: an OR of {@link #NV} to {@link #NX}, sticky. */
  public int flags;

  private final ExactArithmetic doubles = new ExactArithmetic(FloatFormat.DOUBLE, this);
  private final ExactArithmetic singles = new ExactArithmetic(FloatFormat.SINGLE, this);

  /** FADD.D. */
  public long addD(long a, long b, int rm) {
    if (rm == RNE) {
      double x = longBitsToDouble(a);
      double y = longBitsToDouble(b);
      double sum = x + y;
      long bits = doubleToRawLongBits(sum);
      // No sum is inexact for being small; one binade below infinity the error term cannot
      // overflow.
      if (exponentD(bits) < D_INFINITE - 1) {
        if ((flags & NX) == 0 && sumError(x, y, sum) != 0) {
          flags |= NX;
        }
        return bits;
      }
    }
    return doubles.add(a, b, rm);
  }

  /** FSUB.D. */
  public long subD(long a, long b, int rm) {
    return addD(a, b ^ D_SIGN, rm);
  }

  /** FMUL.D. */
  public long mulD(long a, long b, int rm) {
    if (rm == RNE) {
      long bits = doubleToRawLongBits(longBitsToDouble(a) * longBitsToDouble(b));
      int ea = exponentD(a);
      int eb = exponentD(b);
      int ep = exponentD(bits);
      if (ea != 0 && eb != 0 && ep > SMALLEST_NORMAL && ep < D_INFINITE) {
        if ((flags & NX) == 0
            && significandD(a) * significandD(b) != significandD(bits) << (ep - ea - eb + 1075)) {
          flags |= NX;
        }
        return bits;
      }
    }
    return doubles.multiply(a, b, rm);
  }

  /** FDIV.D. */
  public long divD(long a, long b, int rm) {
    if (rm == RNE) {
      long bits = doubleToRawLongBits(longBitsToDouble(a) / longBitsToDouble(b));
      int ea = exponentD(a);
      int eb = exponentD(b);
      int eq = exponentD(bits);
      if (ea != 0 && eb != 0 && eq > SMALLEST_NORMAL && eq < D_INFINITE) {
        if ((flags & NX) == 0
            && significandD(bits) * significandD(b) != significandD(a) << (ea - eq - eb + 1075)) {
          flags |= NX;
        }
        return bits;
      }
    }
    return doubles.divide(a, b, rm);
  }

  /** FSQRT.D. */
  public long sqrtD(long a, int rm) {
    int ea = exponentD(a);
    if (rm == RNE && a > 0 && ea != 0 && ea < D_INFINITE) {
      long bits = doubleToRawLongBits(Math.sqrt(longBitsToDouble(a)));
      if ((flags & NX) == 0) {
        long root = significandD(bits);
        if (root * root != significandD(a) << (ea - 2 * exponentD(bits) + 1075)) {
          flags |= NX;
        }
      }
      return bits;
    }
    return doubles.squareRoot(a, rm);
  }

  /**
   * FMADD.D: {@code a * b + c}, rounded once. FMSUB, FNMSUB and FNMADD are this with the sign bits
   * of {@code c}, of {@code a}, and of both inverted.
   */
  public long fmaD(long a, long b, long c, int rm) {
    if (rm == RNE && (flags & NX) != 0) {
      double sum = Math.fma(longBitsToDouble(a), longBitsToDouble(b), longBitsToDouble(c));
      long bits = doubleToRawLongBits(sum);
      int exponent = exponentD(bits);
      if (exponent > SMALLEST_NORMAL && exponent < D_INFINITE) {
        return bits;
      }
    }
    return doubles.multiplyAdd(a, b, c, rm);
  }

  /** FADD.S. */
  public int addS(int a, int b, int rm) {
    if (rm == RNE) {
      float x = intBitsToFloat(a);
      float y = intBitsToFloat(b);
      float sum = x + y;
      int bits = floatToRawIntBits(sum);
      if (exponentS(bits) < S_INFINITE - 1) {
        if ((flags & NX) == 0 && sumError(x, y, sum) != 0) {
          flags |= NX;
        }
        return bits;
      }
    }
    return (int) singles.add(wide(a), wide(b), rm);
  }

  /** FSUB.S. */
  public int subS(int a, int b, int rm) {
    return addS(a, b ^ S_SIGN, rm);
  }

  /** FMUL.S. */
  public int mulS(int a, int b, int rm) {
    if (rm == RNE) {
      double exact = (double) intBitsToFloat(a) * intBitsToFloat(b);
      float product = (float) exact;
      int bits = floatToRawIntBits(product);
      if (isWellInsideS(bits)) {
        accrueInexact(product != exact);
        return bits;
      }
    }
    return (int) singles.multiply(wide(a), wide(b), rm);
  }

  /** FDIV.S. */
  public int divS(int a, int b, int rm) {
    if (rm == RNE) {
      float x = intBitsToFloat(a);
      float y = intBitsToFloat(b);
      float quotient = x / y;
      int bits = floatToRawIntBits(quotient);
      if (isWellInsideS(bits)) {
        accrueInexact((double) quotient * y != x);
        return bits;
      }
    }
    return (int) singles.divide(wide(a), wide(b), rm);
  }

  /** FSQRT.S. */
  public int sqrtS(int a, int rm) {
    if (rm == RNE) {
      float x = intBitsToFloat(a);
      float root = (float) Math.sqrt(x);
      int bits = floatToRawIntBits(root);
      if (isWellInsideS(bits)) {
        accrueInexact((double) root * root != x);
        return bits;
      }
    }
    return (int) singles.squareRoot(wide(a), rm);
  }

  /** FMADD.S; see {@link #fmaD} for its kin. */
  public int fmaS(int a, int b, int c, int rm) {
    if (rm == RNE) {
      double exactProduct = (double) intBitsToFloat(a) * intBitsToFloat(b);
      double addend = intBitsToFloat(c);
      double sum = exactProduct + addend;
      double error = sumError(exactProduct, addend, sum);
      if (error != 0) {
        // Rounded to odd, the sum rounds to single as the exact one would (Boldo and Melquiond,
        // "Emulation of FMA and correctly rounded sums", 2008).
        long odd = doubleToRawLongBits(sum);
        if ((odd & 1) == 0) {
          odd += (error > 0) == (sum > 0) ? 1 : -1;
        }
        sum = longBitsToDouble(odd);
      }
      float result = (float) sum;
      int bits = floatToRawIntBits(result);
      if (isWellInsideS(bits)) {
        accrueInexact(result != sum);
        return bits;
      }
    }
    return (int) singles.multiplyAdd(wide(a), wide(b), wide(c), rm);
  }

  /** FMIN.D: minimumNumber of IEEE 754-2019; minus zero is less than zero. */
  public long minD(long a, long b) {
    boolean nanA = isNaND(a);
    if (nanA || isNaND(b)) {
      accrueSignalingD(a, b);
      return !nanA ? a : isNaND(b) ? D_NAN : b;
    }
    return doubleToRawLongBits(Math.min(longBitsToDouble(a), longBitsToDouble(b)));
  }

  /** FMAX.D: maximumNumber of IEEE 754-2019. */
  public long maxD(long a, long b) {
    boolean nanA = isNaND(a);
    if (nanA || isNaND(b)) {
      accrueSignalingD(a, b);
      return !nanA ? a : isNaND(b) ? D_NAN : b;
    }
    return doubleToRawLongBits(Math.max(longBitsToDouble(a), longBitsToDouble(b)));
  }

  /** FMIN.S. */
  public int minS(int a, int b) {
    boolean nanA = isNaNS(a);
    if (nanA || isNaNS(b)) {
      accrueSignalingS(a, b);
      return !nanA ? a : isNaNS(b) ? S_NAN : b;
    }
    return floatToRawIntBits(Math.min(intBitsToFloat(a), intBitsToFloat(b)));
  }

  /** FMAX.S. */
  public int maxS(int a, int b) {
    boolean nanA = isNaNS(a);
    if (nanA || isNaNS(b)) {
      accrueSignalingS(a, b);
      return !nanA ? a : isNaNS(b) ? S_NAN : b;
    }
    return floatToRawIntBits(Math.max(intBitsToFloat(a), intBitsToFloat(b)));
  }

  /** FEQ.D: quiet, so that only a signaling NaN is invalid. */
  public boolean eqD(long a, long b) {
    if (isNaND(a) || isNaND(b)) {
      accrueSignalingD(a, b);
      return false;
    }
    return longBitsToDouble(a) == longBitsToDouble(b);
  }

  /** FLT.D: any NaN is invalid. */
  public boolean ltD(long a, long b) {
    if (isNaND(a) || isNaND(b)) {
      flags |= NV;
      return false;
    }
    return longBitsToDouble(a) < longBitsToDouble(b);
  }

  /** FLE.D: any NaN is invalid. */
  public boolean leD(long a, long b) {
    if (isNaND(a) || isNaND(b)) {
      flags |= NV;
      return false;
    }
    return longBitsToDouble(a) <= longBitsToDouble(b);
  }

  /** FEQ.S: quiet, so that only a signaling NaN is invalid. */
  public boolean eqS(int a, int b) {
    if (isNaNS(a) || isNaNS(b)) {
      accrueSignalingS(a, b);
      return false;
    }
    return intBitsToFloat(a) == intBitsToFloat(b);
  }

  /** FLT.S: any NaN is invalid. */
  public boolean ltS(int a, int b) {
    if (isNaNS(a) || isNaNS(b)) {
      flags |= NV;
      return false;
    }
    return intBitsToFloat(a) < intBitsToFloat(b);
  }

  /** FLE.S: any NaN is invalid. */
  public boolean leS(int a, int b) {
    if (isNaNS(a) || isNaNS(b)) {
      flags |= NV;
      return false;
    }
    return intBitsToFloat(a) <= intBitsToFloat(b);
  }

  /** FCLASS.D: a mask with one of bits 0 (minus infinity) to 9 (quiet NaN). */
  public int classD(long a) {
    return FloatFormat.DOUBLE.classify(a);
  }

  /** FCLASS.S: a mask with one of bits 0 (minus infinity) to 9 (quiet NaN). */
  public int classS(int a) {
    return FloatFormat.SINGLE.classify(wide(a));
  }

  /** FCVT.W.D: saturates and sets NV outside the range; a NaN is the largest word. */
  public long doubleToWord(long a, int rm) {
    return toInteger(
        longBitsToDouble(a), -TWO_31, TWO_31, Integer.MIN_VALUE, Integer.MAX_VALUE, rm);
  }

  /** FCVT.WU.D: as {@link #doubleToWord}, the unsigned word sign-extended. */
  public long doubleToUnsignedWord(long a, int rm) {
    return (int) toInteger(longBitsToDouble(a), 0, TWO_32, 0, -1, rm);
  }

  /** FCVT.L.D. */
  public long doubleToLong(long a, int rm) {
    return toInteger(longBitsToDouble(a), -TWO_63, TWO_63, Long.MIN_VALUE, Long.MAX_VALUE, rm);
  }

  /** FCVT.LU.D. */
  public long doubleToUnsignedLong(long a, int rm) {
    return toInteger(longBitsToDouble(a), 0, TWO_64, 0, -1, rm);
  }

  /** FCVT.W.S. */
  public long singleToWord(int a, int rm) {
    return toInteger(intBitsToFloat(a), -TWO_31, TWO_31, Integer.MIN_VALUE, Integer.MAX_VALUE, rm);
  }

  /** FCVT.WU.S: the unsigned word sign-extended. */
  public long singleToUnsignedWord(int a, int rm) {
    return (int) toInteger(intBitsToFloat(a), 0, TWO_32, 0, -1, rm);
  }

  /** FCVT.L.S. */
  public long singleToLong(int a, int rm) {
    return toInteger(intBitsToFloat(a), -TWO_63, TWO_63, Long.MIN_VALUE, Long.MAX_VALUE, rm);
  }

  /** FCVT.LU.S. */
  public long singleToUnsignedLong(int a, int rm) {
    return toInteger(intBitsToFloat(a), 0, TWO_64, 0, -1, rm);
  }

  /** FCVT.D.W: exact. */
  public long wordToDouble(int a) {
    return doubleToRawLongBits(a);
  }

  /** FCVT.D.WU: exact. */
  public long unsignedWordToDouble(int a) {
    return doubleToRawLongBits(Integer.toUnsignedLong(a));
  }

  /** FCVT.D.L. */
  public long longToDouble(long a, int rm) {
    return doubles.fromInteger(a < 0, Math.abs(a), rm);
  }

  /** FCVT.D.LU. */
  public long unsignedLongToDouble(long a, int rm) {
    return doubles.fromInteger(false, a, rm);
  }

  /** FCVT.S.W. */
  public int wordToSingle(int a, int rm) {
    return (int) singles.fromInteger(a < 0, Math.abs((long) a), rm);
  }

  /** FCVT.S.WU. */
  public int unsignedWordToSingle(int a, int rm) {
    return (int) singles.fromInteger(false, Integer.toUnsignedLong(a), rm);
  }

  /** FCVT.S.L. */
  public int longToSingle(long a, int rm) {
    return (int) singles.fromInteger(a < 0, Math.abs(a), rm);
  }

  /** FCVT.S.LU. */
  public int unsignedLongToSingle(long a, int rm) {
    return (int) singles.fromInteger(false, a, rm);
  }

  /** FCVT.D.S: exact. */
  public long singleToDouble(int a) {
    if (isNaNS(a)) {
      accrueSignalingS(a, a);
      return D_NAN;
    }
    return doubleToRawLongBits(intBitsToFloat(a));
  }

  /** FCVT.S.D. */
  public int doubleToSingle(long a, int rm) {
    if (rm == RNE) {
      double value = longBitsToDouble(a);
      float result = (float) value;
      int bits = floatToRawIntBits(result);
      if (isWellInsideS(bits)) {
        accrueInexact(result != value);
        return bits;
      }
    }
    return (int) singles.fromFormat(FloatFormat.DOUBLE, a, rm);
  }

  /**
   * Rounds to an integer in {@code [lowest, limit)}. Widening a single to the parameter is exact
   * and keeps a NaN a NaN.
   *
   * @param ifBelow result where the rounded value is less than {@code lowest}
   * @param ifAbove result for a NaN and where the rounded value is at least {@code limit}
   */
  private long toInteger(
      double value, double lowest, double limit, long ifBelow, long ifAbove, int rm) {
    double rounded =
        switch (rm) {
          case RNE -> Math.rint(value);
          case RTZ -> value < 0 ? Math.ceil(value) : Math.floor(value);
          case RDN -> Math.floor(value);
          case RUP -> Math.ceil(value);
          case RMM -> roundTiesAway(value);
          default -> throw new IllegalArgumentException("rounding mode " + rm + " is not 0 to 4");
        };
    if (rounded >= lowest && rounded < limit) {
      accrueInexact(rounded != value);
      return rounded < TWO_63 ? (long) rounded : (long) (rounded - TWO_63) ^ Long.MIN_VALUE;
    }
    flags |= NV;
    return rounded < lowest ? ifBelow : ifAbove;
  }

  private static double roundTiesAway(double value) {
    double magnitude = Math.abs(value);
    double floor = Math.floor(magnitude);
    return Math.copySign(magnitude - floor >= 0.5 ? floor + 1 : floor, value);
  }

  /** What rounding took from a sum that did not overflow (Knuth's TwoSum). */
  private static double sumError(double x, double y, double sum) {
    double tail = sum - x;
    return (x - (sum - tail)) + (y - tail);
  }

  private static float sumError(float x, float y, float sum) {
    float tail = sum - x;
    return (x - (sum - tail)) + (y - tail);
  }

  private void accrueInexact(boolean inexact) {
    if (inexact) {
      flags |= NX;
    }
  }

  private void accrueSignalingD(long a, long b) {
    if (FloatFormat.DOUBLE.isSignalingNaN(a) || FloatFormat.DOUBLE.isSignalingNaN(b)) {
      flags |= NV;
    }
  }

  private void accrueSignalingS(int a, int b) {
    if (FloatFormat.SINGLE.isSignalingNaN(wide(a)) || FloatFormat.SINGLE.isSignalingNaN(wide(b))) {
      flags |= NV;
    }
  }

  private static boolean isNaND(long bits) {
    return (bits & Long.MAX_VALUE) > D_INFINITY;
  }

  private static boolean isNaNS(int bits) {
    return (bits & Integer.MAX_VALUE) > S_INFINITY;
  }

  private static int exponentD(long bits) {
    return (int) (bits >>> 52) & D_INFINITE;
  }

  private static int exponentS(int bits) {
    return bits >>> 23 & S_INFINITE;
  }

  private static boolean isWellInsideS(int bits) {
    int exponent = exponentS(bits);
    return exponent > SMALLEST_NORMAL && exponent < S_INFINITE;
  }

  /**
   * The 53-bit significand of a normal number. A product of two is compared with a third by its low
   * 64 bits only: the result was rounded correctly, so that they differ by less than that.
   */
  private static long significandD(long bits) {
    return bits & D_FRACTION | D_HIDDEN;
  }

  private static long wide(int bits) {
    return Integer.toUnsignedLong(bits);
  }
}
