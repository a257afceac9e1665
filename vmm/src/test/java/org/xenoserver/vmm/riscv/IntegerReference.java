package org.xenoserver.vmm.riscv;

import java.math.BigInteger;

/**
 * What the integer and bit-manipulation instructions give, from the manual's words in unbounded
 * integers and bit by bit; shares nothing with the interpreter.
 */
final class IntegerReference {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger TWO_32 = BigInteger.ONE.shiftLeft(32);

  private IntegerReference() {}

  private static BigInteger s(long value) {
    return BigInteger.valueOf(value);
  }

  private static BigInteger u(long value) {
    return s(value).mod(TWO_64);
  }

  private static BigInteger uw(long value) {
    return s(value).mod(TWO_32);
  }

  private static BigInteger sw(long value) {
    BigInteger unsigned = uw(value);
    return unsigned.testBit(31) ? unsigned.subtract(TWO_32) : unsigned;
  }

  private static long word(BigInteger value) {
    return sw(value.longValue()).longValue();
  }

  private static long bit(boolean value) {
    return value ? 1 : 0;
  }

  /**
   * The result.
   *
   * @param a rs1
   * @param b rs2, or the immediate of an instruction that has one
   */
  static long compute(String name, long a, long b) {
    int shift = (int) (b & 63);
    int wordShift = (int) (b & 31);
    return switch (name) {
      case "addi", "add" -> s(a).add(s(b)).longValue();
      case "sub" -> s(a).subtract(s(b)).longValue();
      case "slti", "slt" -> bit(s(a).compareTo(s(b)) < 0);
      case "sltiu", "sltu" -> bit(u(a).compareTo(u(b)) < 0);
      case "xori", "xor" -> s(a).xor(s(b)).longValue();
      case "ori", "or" -> s(a).or(s(b)).longValue();
      case "andi", "and" -> s(a).and(s(b)).longValue();
      case "andn" -> s(a).and(s(b).not()).longValue();
      case "orn" -> s(a).or(s(b).not()).longValue();
      case "xnor" -> s(a).xor(s(b)).not().longValue();
      case "slli", "sll" -> s(a).shiftLeft(shift).longValue();
      case "srli", "srl" -> u(a).shiftRight(shift).longValue();
      case "srai", "sra" -> s(a).shiftRight(shift).longValue();
      case "addiw", "addw" -> word(s(a).add(s(b)));
      case "subw" -> word(s(a).subtract(s(b)));
      case "slliw", "sllw" -> word(s(a).shiftLeft(wordShift));
      case "srliw", "srlw" -> word(uw(a).shiftRight(wordShift));
      case "sraiw", "sraw" -> word(sw(a).shiftRight(wordShift));
      case "mul" -> s(a).multiply(s(b)).longValue();
      case "mulh" -> s(a).multiply(s(b)).shiftRight(64).longValue();
      case "mulhsu" -> s(a).multiply(u(b)).shiftRight(64).longValue();
      case "mulhu" -> u(a).multiply(u(b)).shiftRight(64).longValue();
      case "mulw" -> word(s(a).multiply(s(b)));
      case "div" -> b == 0 ? -1 : s(a).divide(s(b)).longValue();
      case "divu" -> b == 0 ? -1 : u(a).divide(u(b)).longValue();
      case "rem" -> b == 0 ? a : s(a).remainder(s(b)).longValue();
      case "remu" -> b == 0 ? a : u(a).remainder(u(b)).longValue();
      case "divw" -> sw(b).signum() == 0 ? -1 : word(sw(a).divide(sw(b)));
      case "divuw" -> uw(b).signum() == 0 ? -1 : word(uw(a).divide(uw(b)));
      case "remw" -> sw(b).signum() == 0 ? word(sw(a)) : word(sw(a).remainder(sw(b)));
      case "remuw" -> uw(b).signum() == 0 ? word(uw(a)) : word(uw(a).remainder(uw(b)));
      case "add.uw" -> uw(a).add(s(b)).longValue();
      case "sh1add" -> s(a).multiply(s(2)).add(s(b)).longValue();
      case "sh2add" -> s(a).multiply(s(4)).add(s(b)).longValue();
      case "sh3add" -> s(a).multiply(s(8)).add(s(b)).longValue();
      case "sh1add.uw" -> uw(a).multiply(s(2)).add(s(b)).longValue();
      case "sh2add.uw" -> uw(a).multiply(s(4)).add(s(b)).longValue();
      case "sh3add.uw" -> uw(a).multiply(s(8)).add(s(b)).longValue();
      case "slli.uw" -> uw(a).shiftLeft(shift).longValue();
      case "max" -> s(a).max(s(b)).longValue();
      case "maxu" -> u(a).max(u(b)).longValue();
      case "min" -> s(a).min(s(b)).longValue();
      case "minu" -> u(a).min(u(b)).longValue();
      default -> bits(name, a, b);
    };
  }

  private static long bits(String name, long a, long b) {
    BigInteger one = BigInteger.ONE.shiftLeft((int) (b & 63));
    return switch (name) {
      case "zext.h" -> u(a).mod(s(1 << 16)).longValue();
      case "sext.b" -> extend(a, 8);
      case "sext.h" -> extend(a, 16);
      case "clz" -> 64 - u(a).bitLength();
      case "clzw" -> 32 - uw(a).bitLength();
      case "ctz" -> a == 0 ? 64 : u(a).getLowestSetBit();
      case "ctzw" -> uw(a).signum() == 0 ? 32 : uw(a).getLowestSetBit();
      case "cpop" -> u(a).bitCount();
      case "cpopw" -> uw(a).bitCount();
      case "rol" -> rotate(u(a), 64, (int) (b & 63));
      case "ror", "rori" -> rotate(u(a), 64, 64 - (int) (b & 63));
      case "rolw" -> word(s(rotate(uw(a), 32, (int) (b & 31))));
      case "rorw", "roriw" -> word(s(rotate(uw(a), 32, 32 - (int) (b & 31))));
      case "orc.b" -> eachByte(a, false);
      case "rev8" -> eachByte(a, true);
      case "clmul" -> carryless(a, b).longValue();
      case "clmulh" -> carryless(a, b).shiftRight(64).longValue();
      case "clmulr" -> carryless(a, b).shiftRight(63).longValue();
      case "bclr", "bclri" -> u(a).andNot(one).longValue();
      case "bext", "bexti" -> bit(u(a).testBit((int) (b & 63)));
      case "binv", "binvi" -> u(a).xor(one).longValue();
      case "bset", "bseti" -> u(a).or(one).longValue();
      default -> throw new IllegalArgumentException("no model of " + name);
    };
  }

  private static long extend(long value, int width) {
    BigInteger range = BigInteger.ONE.shiftLeft(width);
    BigInteger low = s(value).mod(range);
    return (low.testBit(width - 1) ? low.subtract(range) : low).longValue();
  }

  private static long rotate(BigInteger value, int width, int left) {
    BigInteger range = BigInteger.ONE.shiftLeft(width);
    BigInteger doubled = value.add(value.shiftLeft(width));
    return doubled.shiftRight(width - left % width).mod(range).longValue();
  }

  private static long eachByte(long value, boolean reverse) {
    BigInteger out = BigInteger.ZERO;
    for (int i = 0; i < 8; i++) {
      int octet = u(value).shiftRight(8 * i).intValue() & 255;
      int kept = reverse ? octet : octet == 0 ? 0 : 255;
      out = out.or(s(kept).shiftLeft(8 * (reverse ? 7 - i : i)));
    }
    return out.longValue();
  }

  private static BigInteger carryless(long a, long b) {
    BigInteger product = BigInteger.ZERO;
    for (int i = 0; i < 64; i++) {
      if (u(b).testBit(i)) {
        product = product.xor(u(a).shiftLeft(i));
      }
    }
    return product;
  }
}
