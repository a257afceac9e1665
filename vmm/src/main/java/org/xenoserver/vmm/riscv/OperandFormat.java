package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.pack;

/**
 * Where each instruction format keeps its operands; the names are those of the instruction table.
 *
 * <p>Sources: unprivileged manual, sections 2.2 (R, I, S, B, U, J), 22.8 (R4) and 28.8 (compressed
 * formats and their immediates).
 */
final class OperandFormat {
  private static final int SP = 2;
  private static final int RA = 1;

  private OperandFormat() {}

  // ---- 32-bit formats

  static long formatN(int op, int i) {
    return pack(op, SINK, 0, 0, (i & 3) == 3 ? 2 : 1, 0);
  }

  static long formatR(int op, int i) {
    return pack(op, integerRd(i), rs1(i), rs2(i), 2, 0);
  }

  static long formatR1(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, 0);
  }

  static long formatI(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, i >> 20);
  }

  static long formatSH6(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, i >>> 20 & 63);
  }

  static long formatSH5(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, i >>> 20 & 31);
  }

  static long formatS(int op, int i) {
    return pack(op, SINK, rs1(i), rs2(i), 2, i >> 25 << 5 | i >>> 7 & 31);
  }

  static long formatB(int op, int i) {
    int offset = i >> 31 << 12 | (i >>> 7 & 1) << 11 | (i >>> 25 & 63) << 5 | (i >>> 8 & 15) << 1;
    return pack(op, SINK, rs1(i), rs2(i), 2, offset);
  }

  static long formatU(int op, int i) {
    return pack(op, integerRd(i), 0, 0, 2, i & 0xfffff000);
  }

  static long formatJ(int op, int i) {
    int offset = i >> 31 << 20 | i & 0xff000 | (i >>> 20 & 1) << 11 | (i >>> 21 & 0x3ff) << 1;
    return pack(op, integerRd(i), 0, 0, 2, offset);
  }

  /** The CSR number is the immediate; rs1 is a register or a 5-bit immediate. */
  static long formatCSR(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, i >>> 20);
  }

  static long formatFL(int op, int i) {
    return pack(op, rd(i), rs1(i), 0, 2, i >> 20);
  }

  static long formatFR(int op, int i) {
    return pack(op, rd(i), rs1(i), rs2(i), 2, 0);
  }

  static long formatFR1(int op, int i) {
    return pack(op, rd(i), rs1(i), 0, 2, 0);
  }

  static long formatFRM(int op, int i) {
    return pack(op, rd(i), rs1(i), rs2(i), 2, i >>> 12 & 7);
  }

  static long formatXRM(int op, int i) {
    return pack(op, integerRd(i), rs1(i), 0, 2, i >>> 12 & 7);
  }

  static long formatR4(int op, int i) {
    return pack(op, rd(i), rs1(i), rs2(i), 2, i >>> 12 & 7 | (i >>> 27) << 3);
  }

  // ---- compressed formats

  static long formatCIW(int op, int i) {
    int offset =
        (i >>> 7 & 15) << 6 | (i >>> 11 & 3) << 4 | (i >>> 5 & 1) << 3 | (i >>> 6 & 1) << 2;
    return pack(op, low(i >>> 2), SP, 0, 1, offset);
  }

  static long formatCLW(int op, int i) {
    return pack(op, low(i >>> 2), low(i >>> 7), 0, 1, offsetW(i));
  }

  static long formatCLD(int op, int i) {
    return pack(op, low(i >>> 2), low(i >>> 7), 0, 1, offsetD(i));
  }

  static long formatCFLD(int op, int i) {
    return formatCLD(op, i);
  }

  static long formatCSW(int op, int i) {
    return pack(op, SINK, low(i >>> 7), low(i >>> 2), 1, offsetW(i));
  }

  static long formatCSD(int op, int i) {
    return pack(op, SINK, low(i >>> 7), low(i >>> 2), 1, offsetD(i));
  }

  static long formatCI(int op, int i) {
    return pack(op, integerRd(i), rd(i), 0, 1, signedImmediate(i));
  }

  static long formatCLI(int op, int i) {
    return pack(op, integerRd(i), 0, 0, 1, signedImmediate(i));
  }

  static long formatCI16SP(int op, int i) {
    int offset =
        sign(i) << 9
            | (i >>> 3 & 3) << 7
            | (i >>> 5 & 1) << 6
            | (i >>> 2 & 1) << 5
            | (i >>> 6 & 1) << 4;
    return pack(op, SP, SP, 0, 1, offset);
  }

  static long formatCLUI(int op, int i) {
    return pack(op, integerRd(i), 0, 0, 1, signedImmediate(i) << 12);
  }

  static long formatCBSH(int op, int i) {
    return pack(op, low(i >>> 7), low(i >>> 7), 0, 1, unsignedImmediate(i));
  }

  static long formatCBI(int op, int i) {
    return pack(op, low(i >>> 7), low(i >>> 7), 0, 1, signedImmediate(i));
  }

  static long formatCA(int op, int i) {
    return pack(op, low(i >>> 7), low(i >>> 7), low(i >>> 2), 1, 0);
  }

  static long formatCJ(int op, int i) {
    int offset =
        sign(i) << 11
            | (i >>> 8 & 1) << 10
            | (i >>> 9 & 3) << 8
            | (i >>> 6 & 1) << 7
            | (i >>> 7 & 1) << 6
            | (i >>> 2 & 1) << 5
            | (i >>> 11 & 1) << 4
            | (i >>> 3 & 7) << 1;
    return pack(op, SINK, 0, 0, 1, offset);
  }

  static long formatCB(int op, int i) {
    int offset =
        sign(i) << 8
            | (i >>> 5 & 3) << 6
            | (i >>> 2 & 1) << 5
            | (i >>> 10 & 3) << 3
            | (i >>> 3 & 3) << 1;
    return pack(op, SINK, low(i >>> 7), 0, 1, offset);
  }

  static long formatCISH(int op, int i) {
    return pack(op, integerRd(i), rd(i), 0, 1, unsignedImmediate(i));
  }

  static long formatCLWSP(int op, int i) {
    int offset = (i >>> 2 & 3) << 6 | (i >>> 12 & 1) << 5 | (i >>> 4 & 7) << 2;
    return pack(op, integerRd(i), SP, 0, 1, offset);
  }

  static long formatCLDSP(int op, int i) {
    return pack(op, integerRd(i), SP, 0, 1, offsetDsp(i));
  }

  static long formatCFLDSP(int op, int i) {
    return pack(op, rd(i), SP, 0, 1, offsetDsp(i));
  }

  static long formatCSWSP(int op, int i) {
    int offset = (i >>> 7 & 3) << 6 | (i >>> 9 & 15) << 2;
    return pack(op, SINK, SP, i >>> 2 & 31, 1, offset);
  }

  static long formatCSDSP(int op, int i) {
    int offset = (i >>> 7 & 7) << 6 | (i >>> 10 & 7) << 3;
    return pack(op, SINK, SP, i >>> 2 & 31, 1, offset);
  }

  static long formatCJR(int op, int i) {
    return pack(op, SINK, rd(i), 0, 1, 0);
  }

  static long formatCJALR(int op, int i) {
    return pack(op, RA, rd(i), 0, 1, 0);
  }

  static long formatCMV(int op, int i) {
    return pack(op, integerRd(i), 0, i >>> 2 & 31, 1, 0);
  }

  static long formatCADD(int op, int i) {
    return pack(op, integerRd(i), rd(i), i >>> 2 & 31, 1, 0);
  }

  // ---- fields

  private static int rd(int i) {
    return i >>> 7 & 31;
  }

  private static int integerRd(int i) {
    int rd = rd(i);
    return rd == 0 ? SINK : rd;
  }

  private static int rs1(int i) {
    return i >>> 15 & 31;
  }

  private static int rs2(int i) {
    return i >>> 20 & 31;
  }

  /** A 3-bit register field: x8 to x15. */
  private static int low(int field) {
    return 8 + (field & 7);
  }

  /** Bit 12 of a compressed instruction as 0 or -1. */
  private static int sign(int i) {
    return -(i >>> 12 & 1);
  }

  private static int signedImmediate(int i) {
    return sign(i) << 5 | i >>> 2 & 31;
  }

  private static int unsignedImmediate(int i) {
    return (i >>> 12 & 1) << 5 | i >>> 2 & 31;
  }

  private static int offsetW(int i) {
    return (i >>> 5 & 1) << 6 | (i >>> 10 & 7) << 3 | (i >>> 6 & 1) << 2;
  }

  private static int offsetD(int i) {
    return (i >>> 5 & 3) << 6 | (i >>> 10 & 7) << 3;
  }

  private static int offsetDsp(int i) {
    return (i >>> 2 & 7) << 6 | (i >>> 12 & 1) << 5 | (i >>> 5 & 3) << 3;
  }
}
