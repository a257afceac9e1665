package org.xenoserver.vmm.riscv.floatingpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.DZ;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.NV;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.NX;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.OF;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RDN;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RNE;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RTZ;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.RUP;
import static org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit.UF;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.floatingpoint.ReferenceArithmetic.Result;

final class FloatingPointUnitTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("floatingpoint.rounds", 15_000);
  private static final BigInteger TWO_TO_THE_64 = BigInteger.ONE.shiftLeft(64);
  private static final long SIGNALING_D = 0x7ff0_0000_0000_0001L;
  private static final long CANONICAL_D = 0x7ff8_0000_0000_0000L;

  private final ReferenceArithmetic doubles = new ReferenceArithmetic(false);
  private final ReferenceArithmetic singles = new ReferenceArithmetic(true);
  private final FloatingPointUnit unit = new FloatingPointUnit();
  private final RandomGenerator random = new SplittableRandom(SEED);
  private final Operands doubleOperands = new Operands(random, false);
  private final Operands singleOperands = new Operands(random, true);

  @BeforeAll
  static void printSeed() {
    System.out.println("FloatingPointUnitTest: -Dseed=" + SEED);
  }

  /** One operation on operands of one format. */
  @FunctionalInterface
  private interface Operation {
    long apply(long a, long b, long c, int rm);
  }

  /** The same by definition. */
  @FunctionalInterface
  private interface Definition {
    Result apply(long a, long b, long c, int rm);
  }

  private void compare(String name, Operands operands, Operation operation, Definition definition) {
    for (int round = 0; round < ROUNDS; round++) {
      long a = operands.next();
      long b = random.nextInt(8) == 0 ? operands.near(a) : operands.next();
      long c = operands.next();
      if (random.nextInt(4) == 0) {
        unit.flags = 0;
        c = operands.near(operation.apply(a, b, 0, RNE));
      }
      int rm = random.nextInt(3) == 0 ? RNE : random.nextInt(5);
      int before = random.nextInt(32);
      unit.flags = before;
      long result = operation.apply(a, b, c, rm);
      Result expected = definition.apply(a, b, c, rm);
      if (result != expected.bits() || unit.flags != (before | expected.flags())) {
        assertThat("0x%x flags %d".formatted(result, unit.flags))
            .as("%s a=0x%x b=0x%x c=0x%x rm=%d, flags before %d", name, a, b, c, rm, before)
            .isEqualTo("0x%x flags %d".formatted(expected.bits(), before | expected.flags()));
      }
    }
  }

  private static long wide(int bits) {
    return Integer.toUnsignedLong(bits);
  }

  @Test
  void shouldRoundDoubleArithmeticAsDefined() {
    Operands operands = doubleOperands;
    compare(
        "fadd.d",
        operands,
        (a, b, c, rm) -> unit.addD(a, b, rm),
        (a, b, c, rm) -> doubles.add(a, b, rm));
    compare(
        "fsub.d",
        operands,
        (a, b, c, rm) -> unit.subD(a, b, rm),
        (a, b, c, rm) -> doubles.add(a, b ^ Long.MIN_VALUE, rm));
    compare(
        "fmul.d",
        operands,
        (a, b, c, rm) -> unit.mulD(a, b, rm),
        (a, b, c, rm) -> doubles.multiply(a, b, rm));
    compare(
        "fdiv.d",
        operands,
        (a, b, c, rm) -> unit.divD(a, b, rm),
        (a, b, c, rm) -> doubles.divide(a, b, rm));
    compare(
        "fsqrt.d",
        operands,
        (a, b, c, rm) -> unit.sqrtD(a, rm),
        (a, b, c, rm) -> doubles.squareRoot(a, rm));
  }

  @Test
  void shouldRoundSingleArithmeticAsDefined() {
    Operands operands = singleOperands;
    compare(
        "fadd.s",
        operands,
        (a, b, c, rm) -> wide(unit.addS((int) a, (int) b, rm)),
        (a, b, c, rm) -> singles.add(a, b, rm));
    compare(
        "fsub.s",
        operands,
        (a, b, c, rm) -> wide(unit.subS((int) a, (int) b, rm)),
        (a, b, c, rm) -> singles.add(a, b ^ 0x8000_0000L, rm));
    compare(
        "fmul.s",
        operands,
        (a, b, c, rm) -> wide(unit.mulS((int) a, (int) b, rm)),
        (a, b, c, rm) -> singles.multiply(a, b, rm));
    compare(
        "fdiv.s",
        operands,
        (a, b, c, rm) -> wide(unit.divS((int) a, (int) b, rm)),
        (a, b, c, rm) -> singles.divide(a, b, rm));
    compare(
        "fsqrt.s",
        operands,
        (a, b, c, rm) -> wide(unit.sqrtS((int) a, rm)),
        (a, b, c, rm) -> singles.squareRoot(a, rm));
  }

  @Test
  void shouldRoundAProductAndASumOnce() {
    compare("fmadd.d", doubleOperands, unit::fmaD, doubles::multiplyAdd);
    compare(
        "fmadd.s",
        singleOperands,
        (a, b, c, rm) -> wide(unit.fmaS((int) a, (int) b, (int) c, rm)),
        singles::multiplyAdd);
  }

  @Test
  void shouldSaturateConversionsToIntegers() {
    BigInteger minWord = BigInteger.valueOf(Integer.MIN_VALUE);
    BigInteger maxWord = BigInteger.valueOf(Integer.MAX_VALUE);
    BigInteger maxUnsignedWord = BigInteger.valueOf(0xffff_ffffL);
    BigInteger minLong = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger maxLong = BigInteger.valueOf(Long.MAX_VALUE);
    BigInteger maxUnsignedLong = TWO_TO_THE_64.subtract(BigInteger.ONE);
    BigInteger zero = BigInteger.ZERO;
    compare(
        "fcvt.w.d",
        doubleOperands,
        (a, b, c, rm) -> unit.doubleToWord(a, rm),
        (a, b, c, rm) -> doubles.toInteger(a, minWord, maxWord, rm));
    compare(
        "fcvt.wu.d",
        doubleOperands,
        (a, b, c, rm) -> unit.doubleToUnsignedWord(a, rm),
        (a, b, c, rm) -> signExtended(doubles.toInteger(a, zero, maxUnsignedWord, rm)));
    compare(
        "fcvt.l.d",
        doubleOperands,
        (a, b, c, rm) -> unit.doubleToLong(a, rm),
        (a, b, c, rm) -> doubles.toInteger(a, minLong, maxLong, rm));
    compare(
        "fcvt.lu.d",
        doubleOperands,
        (a, b, c, rm) -> unit.doubleToUnsignedLong(a, rm),
        (a, b, c, rm) -> doubles.toInteger(a, zero, maxUnsignedLong, rm));
    compare(
        "fcvt.w.s",
        singleOperands,
        (a, b, c, rm) -> unit.singleToWord((int) a, rm),
        (a, b, c, rm) -> singles.toInteger(a, minWord, maxWord, rm));
    compare(
        "fcvt.wu.s",
        singleOperands,
        (a, b, c, rm) -> unit.singleToUnsignedWord((int) a, rm),
        (a, b, c, rm) -> signExtended(singles.toInteger(a, zero, maxUnsignedWord, rm)));
    compare(
        "fcvt.l.s",
        singleOperands,
        (a, b, c, rm) -> unit.singleToLong((int) a, rm),
        (a, b, c, rm) -> singles.toInteger(a, minLong, maxLong, rm));
    compare(
        "fcvt.lu.s",
        singleOperands,
        (a, b, c, rm) -> unit.singleToUnsignedLong((int) a, rm),
        (a, b, c, rm) -> singles.toInteger(a, zero, maxUnsignedLong, rm));
  }

  private static Result signExtended(Result result) {
    return new Result((int) result.bits(), result.flags());
  }

  @Test
  void shouldRoundConversionsFromIntegers() {
    Operands bits = doubleOperands;
    compare(
        "fcvt.d.l",
        bits,
        (a, b, c, rm) -> unit.longToDouble(integer(a, b), rm),
        (a, b, c, rm) -> doubles.fromInteger(BigInteger.valueOf(integer(a, b)), rm));
    compare(
        "fcvt.d.lu",
        bits,
        (a, b, c, rm) -> unit.unsignedLongToDouble(integer(a, b), rm),
        (a, b, c, rm) -> doubles.fromInteger(unsigned(integer(a, b)), rm));
    compare(
        "fcvt.d.w",
        bits,
        (a, b, c, rm) -> unit.wordToDouble((int) integer(a, b)),
        (a, b, c, rm) -> doubles.fromInteger(BigInteger.valueOf((int) integer(a, b)), rm));
    compare(
        "fcvt.d.wu",
        bits,
        (a, b, c, rm) -> unit.unsignedWordToDouble((int) integer(a, b)),
        (a, b, c, rm) -> doubles.fromInteger(BigInteger.valueOf(wide((int) integer(a, b))), rm));
    compare(
        "fcvt.s.l",
        bits,
        (a, b, c, rm) -> wide(unit.longToSingle(integer(a, b), rm)),
        (a, b, c, rm) -> singles.fromInteger(BigInteger.valueOf(integer(a, b)), rm));
    compare(
        "fcvt.s.lu",
        bits,
        (a, b, c, rm) -> wide(unit.unsignedLongToSingle(integer(a, b), rm)),
        (a, b, c, rm) -> singles.fromInteger(unsigned(integer(a, b)), rm));
    compare(
        "fcvt.s.w",
        bits,
        (a, b, c, rm) -> wide(unit.wordToSingle((int) integer(a, b), rm)),
        (a, b, c, rm) -> singles.fromInteger(BigInteger.valueOf((int) integer(a, b)), rm));
    compare(
        "fcvt.s.wu",
        bits,
        (a, b, c, rm) -> wide(unit.unsignedWordToSingle((int) integer(a, b), rm)),
        (a, b, c, rm) -> singles.fromInteger(BigInteger.valueOf(wide((int) integer(a, b))), rm));
  }

  /** An integer of any magnitude, often one that ends in a halfway pattern. */
  private static long integer(long a, long b) {
    return a << 11 >> (int) (b & 63);
  }

  private static BigInteger unsigned(long bits) {
    return BigInteger.valueOf(bits).mod(TWO_TO_THE_64);
  }

  @Test
  void shouldConvertBetweenFormats() {
    compare(
        "fcvt.s.d",
        doubleOperands,
        (a, b, c, rm) -> wide(unit.doubleToSingle(nearSingle(a), rm)),
        (a, b, c, rm) -> singles.fromDouble(nearSingle(a), rm));
    compare(
        "fcvt.d.s",
        singleOperands,
        (a, b, c, rm) -> unit.singleToDouble((int) a),
        (a, b, c, rm) ->
            singles.isNaN(a)
                ? new Result(CANONICAL_D, singles.isSignaling(a) ? NV : 0)
                : new Result(Double.doubleToRawLongBits(singles.value(a)), 0));
  }

  /** Half of the finite doubles of moderate exponent, moved to where singles begin and end. */
  private static long nearSingle(long a) {
    double value = Double.longBitsToDouble(a);
    boolean moderate = Math.abs(Math.getExponent(value)) < 8;
    return switch ((int) (a & 3)) {
      case 0 -> moderate ? Double.doubleToRawLongBits(Math.scalb(value, -126)) : a;
      case 1 -> moderate ? Double.doubleToRawLongBits(Math.scalb(value, -147)) : a;
      case 2 -> moderate ? Double.doubleToRawLongBits(Math.scalb(value, 127)) : a;
      default -> a;
    };
  }

  @Test
  void shouldCompareAndChooseAsDefined() {
    compare(
        "feq.d",
        doubleOperands,
        (a, b, c, rm) -> unit.eqD(a, b) ? 1 : 0,
        (a, b, c, rm) -> compared(doubles, a, b, true, doubles.value(a) == doubles.value(b)));
    compare(
        "flt.d",
        doubleOperands,
        (a, b, c, rm) -> unit.ltD(a, b) ? 1 : 0,
        (a, b, c, rm) -> compared(doubles, a, b, false, doubles.value(a) < doubles.value(b)));
    compare(
        "fle.d",
        doubleOperands,
        (a, b, c, rm) -> unit.leD(a, b) ? 1 : 0,
        (a, b, c, rm) -> compared(doubles, a, b, false, doubles.value(a) <= doubles.value(b)));
    compare(
        "feq.s",
        singleOperands,
        (a, b, c, rm) -> unit.eqS((int) a, (int) b) ? 1 : 0,
        (a, b, c, rm) -> compared(singles, a, b, true, singles.value(a) == singles.value(b)));
    compare(
        "flt.s",
        singleOperands,
        (a, b, c, rm) -> unit.ltS((int) a, (int) b) ? 1 : 0,
        (a, b, c, rm) -> compared(singles, a, b, false, singles.value(a) < singles.value(b)));
    compare(
        "fle.s",
        singleOperands,
        (a, b, c, rm) -> unit.leS((int) a, (int) b) ? 1 : 0,
        (a, b, c, rm) -> compared(singles, a, b, false, singles.value(a) <= singles.value(b)));
    compare(
        "fmin.d",
        doubleOperands,
        (a, b, c, rm) -> unit.minD(a, b),
        (a, b, c, rm) -> chosen(doubles, a, b, -1));
    compare(
        "fmax.d",
        doubleOperands,
        (a, b, c, rm) -> unit.maxD(a, b),
        (a, b, c, rm) -> chosen(doubles, a, b, 1));
    compare(
        "fmin.s",
        singleOperands,
        (a, b, c, rm) -> wide(unit.minS((int) a, (int) b)),
        (a, b, c, rm) -> chosen(singles, a, b, -1));
    compare(
        "fmax.s",
        singleOperands,
        (a, b, c, rm) -> wide(unit.maxS((int) a, (int) b)),
        (a, b, c, rm) -> chosen(singles, a, b, 1));
  }

  private static Result compared(
      ReferenceArithmetic reference, long a, long b, boolean quiet, boolean holds) {
    boolean unordered = reference.isNaN(a) || reference.isNaN(b);
    boolean signaling = reference.isSignaling(a) || reference.isSignaling(b);
    return new Result(holds ? 1 : 0, signaling || (unordered && !quiet) ? NV : 0);
  }

  /** {@code Double.compare} orders minus zero below zero, as the specification does. */
  private static Result chosen(ReferenceArithmetic reference, long a, long b, int sign) {
    int flags = reference.isSignaling(a) || reference.isSignaling(b) ? NV : 0;
    if (reference.isNaN(a)) {
      return new Result(reference.isNaN(b) ? reference.encode(Double.NaN) : b, flags);
    }
    boolean first =
        reference.isNaN(b)
            || Integer.signum(Double.compare(reference.value(a), reference.value(b))) == sign;
    return new Result(first ? a : b, flags);
  }

  @Test
  void shouldClassifyEveryKindOfNumber() {
    double[] ordered = {
      Double.NEGATIVE_INFINITY,
      -1,
      -Double.MIN_VALUE,
      -0.0,
      0.0,
      Double.MIN_VALUE,
      1,
      Double.POSITIVE_INFINITY
    };
    float[] orderedSingles = {
      Float.NEGATIVE_INFINITY,
      -1,
      -Float.MIN_VALUE,
      -0.0f,
      0.0f,
      Float.MIN_VALUE,
      1,
      Float.POSITIVE_INFINITY
    };
    for (int kind = 0; kind < ordered.length; kind++) {
      assertThat(unit.classD(Double.doubleToRawLongBits(ordered[kind]))).isEqualTo(1 << kind);
      assertThat(unit.classS(Float.floatToRawIntBits(orderedSingles[kind]))).isEqualTo(1 << kind);
    }
    assertThat(unit.classD(SIGNALING_D)).isEqualTo(1 << 8);
    assertThat(unit.classD(-1L)).isEqualTo(1 << 9);
    assertThat(unit.classS(0x7f80_0001)).isEqualTo(1 << 8);
    assertThat(unit.classS(-1)).isEqualTo(1 << 9);
    assertThat(unit.flags).isZero();
  }

  @Test
  void shouldNotCallAResultTinyThatRoundsUpToNormalWithAnyExponent() {
    long smallestNormal = 0x0010_0000_0000_0000L;
    long justBelowOne = Double.doubleToRawLongBits(Math.nextDown(1.0));
    assertThat(unit.mulD(smallestNormal, justBelowOne, RUP)).isEqualTo(smallestNormal);
    assertThat(unit.flags).as("an exponent without bound could hold it").isEqualTo(UF | NX);

    unit.flags = 0;
    assertThat(
            unit.fmaD(smallestNormal, Double.doubleToRawLongBits(1), 0x8000_0000_0000_0001L, RNE))
        .isEqualTo(smallestNormal - 1);
    assertThat(unit.flags).as("an exact subnormal").isZero();

    // 2^-1022 - 2^-1076 rounds up to 2^-1022 at full precision already.
    unit.flags = 0;
    long tinyFactor = Double.doubleToRawLongBits(0x1p-538);
    assertThat(unit.fmaD(tinyFactor, tinyFactor ^ Long.MIN_VALUE, smallestNormal, RNE))
        .isEqualTo(smallestNormal);
    assertThat(unit.flags).isEqualTo(NX);
  }

  @Test
  void shouldOverflowToTheLargestNumberWhenRoundingInwards() {
    long largest = Double.doubleToRawLongBits(Double.MAX_VALUE);
    assertThat(unit.addD(largest, largest, RTZ)).isEqualTo(largest);
    assertThat(unit.flags).isEqualTo(OF | NX);
    assertThat(unit.addD(largest, largest, RUP)).isEqualTo(0x7ff0_0000_0000_0000L);
    assertThat(unit.mulD(largest, largest, RDN)).isEqualTo(largest);
  }

  @Test
  void shouldKeepFlagsUntilTheyAreCleared() {
    unit.divD(Double.doubleToRawLongBits(1), 0, RNE);
    unit.addD(Double.doubleToRawLongBits(1), Double.doubleToRawLongBits(1), RNE);
    assertThat(unit.flags).isEqualTo(DZ);
  }

  @Test
  void shouldRefuseAnInfiniteTimesZeroEvenBesideAQuietNaN() {
    assertThat(unit.fmaD(0x7ff0_0000_0000_0000L, 0, CANONICAL_D, RNE)).isEqualTo(CANONICAL_D);
    assertThat(unit.flags).isEqualTo(NV);
  }
}
