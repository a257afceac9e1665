package org.xenoserver.vmm.riscv;

/**
 * An instruction as the interpreter wants it, packed into a {@code long}: opcode in bits 8..0, rd
 * in 14..9, rs1 in 20..15, rs2 in 26..21, length in half words in 28..27, immediate in 63..32.
 *
 * <p>An integer rd of x0 becomes {@link #SINK}, a register that is written and never read, so that
 * execution needs no test for it. Floating-point instructions keep the rounding mode in bits 2..0
 * of the immediate and rs3 in bits 7..3.
 */
public final class DecodedInstruction {
  /** The register that stands for a discarded x0. */
  public static final int SINK = 32;

  private DecodedInstruction() {}

  static long pack(int opcode, int rd, int rs1, int rs2, int lengthHalfWords, int immediate) {
    int low = opcode | rd << 9 | rs1 << 15 | rs2 << 21 | lengthHalfWords << 27;
    return Integer.toUnsignedLong(low) | (long) immediate << 32;
  }

  /** The field of an instruction. */
  public static int opcode(long decoded) {
    return (int) decoded & 0x1ff;
  }

  /** The field of an instruction. */
  public static int rd(long decoded) {
    return (int) decoded >>> 9 & 63;
  }

  /** The field of an instruction. */
  public static int rs1(long decoded) {
    return (int) decoded >>> 15 & 63;
  }

  /** The field of an instruction. */
  public static int rs2(long decoded) {
    return (int) decoded >>> 21 & 63;
  }

  /** The field of an instruction. */
  public static int lengthHalfWords(long decoded) {
    return (int) decoded >>> 27 & 3;
  }

  /** The field of an instruction. */
  public static int immediate(long decoded) {
    return (int) (decoded >> 32);
  }
}
