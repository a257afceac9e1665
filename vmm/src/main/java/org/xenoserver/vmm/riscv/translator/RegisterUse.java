package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Which registers an instruction reads and writes, as sets of bits: x1 to x31 in bits 1 to 31, f0
 * to f31 in bits 32 to 63. Bit 0 stands for "used floating point", which makes mstatus.FS dirty.
 */
final class RegisterUse {
  static final long FLOATING_POINT = 1;

  private RegisterUse() {}

  static long x(int register) {
    return register == 0 || register == SINK ? 0 : 1L << register;
  }

  static long f(int register) {
    return 1L << register + 32;
  }

  /** Registers read. */
  static long reads(Instruction instruction) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    if (!Translatable.isFloat(opcode)) {
      boolean immediate = opcode >= Opcode.CSRRWI && opcode <= Opcode.CSRRCI;
      return immediate ? 0 : x(rs1(d)) | x(rs2(d));
    }
    if (opcode == Opcode.FLW || opcode == Opcode.FLD) {
      return x(rs1(d));
    }
    if (opcode == Opcode.FSW || opcode == Opcode.FSD) {
      return x(rs1(d)) | f(rs2(d));
    }
    if (readsInteger(opcode)) {
      return x(rs1(d));
    }
    return f(rs1(d)) | f(rs2(d)) | (isFused(opcode) ? f(immediate(d) >>> 3) : 0);
  }

  /** Registers written. */
  static long writes(Instruction instruction) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    if (!Translatable.isFloat(opcode)) {
      return x(rd(d));
    }
    if (opcode == Opcode.FSW || opcode == Opcode.FSD) {
      return 0;
    }
    if (opcode == Opcode.FMV_X_W || opcode == Opcode.FMV_X_D) {
      return x(rd(d));
    }
    return (writesInteger(opcode) ? x(rd(d)) : f(rd(d))) | FLOATING_POINT;
  }

  static boolean isFused(int opcode) {
    return opcode >= Opcode.FMADD_S && opcode <= Opcode.FNMADD_S
        || opcode >= Opcode.FMADD_D && opcode <= Opcode.FNMADD_D;
  }

  private static boolean readsInteger(int opcode) {
    return opcode == Opcode.FMV_W_X
        || opcode == Opcode.FMV_D_X
        || opcode >= Opcode.FCVT_S_W && opcode <= Opcode.FCVT_S_LU
        || opcode >= Opcode.FCVT_D_W && opcode <= Opcode.FCVT_D_LU;
  }

  private static boolean writesInteger(int opcode) {
    return opcode >= Opcode.FLE_S && opcode <= Opcode.FCVT_LU_S
        || opcode >= Opcode.FLE_D && opcode <= Opcode.FCVT_LU_D;
  }

  /** Floating-point registers that an instruction uses as singles. */
  static long singles(Instruction instruction) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    if (!Translatable.isFloat(opcode)) {
      return 0;
    }
    long used = reads(instruction) | writes(instruction);
    return switch (opcode) {
      case Opcode.FLW, Opcode.FSW, Opcode.FMV_X_W, Opcode.FMV_W_X -> used & -1L << 32;
      case Opcode.FSGNJ_S, Opcode.FSGNJN_S, Opcode.FSGNJX_S -> used & -1L << 32;
      case Opcode.FCVT_S_D -> f(rd(d));
      case Opcode.FCVT_D_S -> f(rs1(d));
      default -> opcode >= Opcode.FADD_S && opcode < Opcode.FADD_D ? used & -1L << 32 : 0;
    };
  }
}
