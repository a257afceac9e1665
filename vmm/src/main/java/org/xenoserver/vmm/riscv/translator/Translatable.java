package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Which instructions a region can execute; the others are the interpreter's. */
final class Translatable {
  private static final int RTZ = 1;
  private static final int LAST_MODE = 4;
  private static final int DYNAMIC = 7;

  private Translatable() {}

  static boolean is(Instruction instruction) {
    int opcode = instruction.opcode();
    if (opcode < Opcode.LUI || opcode == Opcode.PAUSE) {
      return false;
    }
    if (opcode < Opcode.FIRST_OUTSIDE_MAIN_LOOP) {
      return true;
    }
    if (opcode < Opcode.CLZ) {
      return SystemEmitter.handles(instruction.decoded());
    }
    return opcode < Opcode.FADD_S || isFloatingPoint(opcode, immediate(instruction.decoded()) & 7);
  }

  private static boolean isFloatingPoint(int opcode, int rounding) {
    return switch (opcode) {
      case Opcode.FCLASS_S, Opcode.FCLASS_D -> false;
      case Opcode.FMIN_S, Opcode.FMAX_S, Opcode.FLE_S, Opcode.FLT_S, Opcode.FEQ_S -> true;
      case Opcode.FMIN_D, Opcode.FMAX_D, Opcode.FLE_D, Opcode.FLT_D, Opcode.FEQ_D -> true;
      case Opcode.FCVT_W_S, Opcode.FCVT_L_S, Opcode.FCVT_W_D, Opcode.FCVT_L_D -> rounding == RTZ;
      case Opcode.FCVT_WU_S, Opcode.FCVT_LU_S, Opcode.FCVT_WU_D, Opcode.FCVT_LU_D -> false;
      case Opcode.FCVT_S_LU, Opcode.FCVT_D_LU -> false;
      case Opcode.FCVT_D_W, Opcode.FCVT_D_WU, Opcode.FCVT_D_S ->
          rounding <= LAST_MODE || rounding == DYNAMIC;
      default -> rounding == 0 || rounding == DYNAMIC;
    };
  }

  /** Whether what follows is not necessarily the next instruction. */
  static boolean endsBlock(Instruction instruction) {
    int opcode = instruction.opcode();
    return opcode >= Opcode.JAL && opcode <= Opcode.BGEU
        || leaves(opcode)
        || SystemEmitter.touchesStatus(instruction.decoded());
  }

  /** Whether it always leaves the region. */
  static boolean leaves(int opcode) {
    return opcode == Opcode.ECALL || opcode == Opcode.SRET || opcode == Opcode.MRET;
  }

  static boolean isBranch(int opcode) {
    return opcode >= Opcode.BEQ && opcode <= Opcode.BGEU;
  }

  static boolean isLoad(int opcode) {
    return opcode >= Opcode.LB && opcode <= Opcode.LWU;
  }

  static boolean isStore(int opcode) {
    return opcode >= Opcode.SB && opcode <= Opcode.SD;
  }

  static boolean isAtomic(int opcode) {
    return opcode >= Opcode.LR_W && opcode <= Opcode.AMOMAXU_D;
  }

  static boolean isFloat(int opcode) {
    return opcode >= Opcode.FLW;
  }

  /** Whether it is a branch or a direct jump. */
  static boolean jumps(int opcode) {
    return opcode == Opcode.JAL || isBranch(opcode);
  }

  /** Whether it loads, but atomically. */
  static boolean loads(int opcode) {
    return isLoad(opcode) || opcode == Opcode.FLW || opcode == Opcode.FLD;
  }

  /** Whether it stores, but atomically. */
  static boolean stores(int opcode) {
    return isStore(opcode) || opcode == Opcode.FSW || opcode == Opcode.FSD;
  }
}
