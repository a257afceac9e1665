package org.xenoserver.vmm.riscv;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.opcode;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

import org.xenoserver.vmm.riscv.floatingpoint.FloatingPointUnit;

/**
 * The F and D extensions: register moves and loads here, arithmetic by {@link FloatingPointUnit}.
 *
 * <p>Singles are NaN-boxed in the registers; one that is not boxed reads as the canonical NaN
 * (unprivileged manual, section "NaN Boxing of Narrower Values").
 */
final class FloatingPointInstructions {
  /** The instruction is illegal as the hart's state is. */
  static final int ILLEGAL = -1;

  private static final long BOX = 0xffffffff00000000L;
  private static final int CANONICAL_NAN = 0x7fc00000;
  private static final int DYNAMIC = 7;
  private static final int SIGN = 0x80000000;

  private FloatingPointInstructions() {}

  /** Executes one; returns an outcome of {@link OtherInstructions} or {@link #ILLEGAL}. */
  static int execute(Hart h, long d) {
    if (h.csrs.floatingPointOff()) {
      return ILLEGAL;
    }
    int opcode = opcode(d);
    if (opcode <= Opcode.FSD) {
      return loadOrStore(h, opcode, d);
    }
    if (opcode <= Opcode.FSGNJX_D) {
      move(h, opcode, d);
      return OtherInstructions.NEXT;
    }
    int rounding = immediate(d) & 7;
    if (rounding == DYNAMIC) {
      rounding = h.csrs.roundingMode;
    }
    if (rounding > FloatingPointUnit.RMM) {
      return ILLEGAL;
    }
    h.csrs.floatingPointDirty();
    if (opcode < Opcode.FADD_D) {
      single(h, opcode, d, rounding);
    } else {
      doublePrecision(h, opcode, d, rounding);
    }
    return OtherInstructions.NEXT;
  }

  private static int loadOrStore(Hart h, int opcode, long d) {
    MemoryAccess memory = h.memoryAccess;
    long virtual = h.x(rs1(d)) + immediate(d);
    switch (opcode) {
      case Opcode.FLW -> {
        long value = memory.loadCached(virtual, 4);
        if (memory.fault == TrapCause.NONE) {
          h.f[rd(d)] = value | BOX;
          h.csrs.floatingPointDirty();
        }
      }
      case Opcode.FLD -> {
        long value = memory.loadCached(virtual, 8);
        if (memory.fault == TrapCause.NONE) {
          h.f[rd(d)] = value;
          h.csrs.floatingPointDirty();
        }
      }
      case Opcode.FSW -> memory.storeCached(virtual, 4, h.f[rs2(d)]);
      default -> memory.storeCached(virtual, 8, h.f[rs2(d)]);
    }
    if (memory.fault != TrapCause.NONE) {
      memory.raiseFault();
      return OtherInstructions.TRAP;
    }
    return OtherInstructions.NEXT;
  }

  private static void move(Hart h, int opcode, long d) {
    switch (opcode) {
      case Opcode.FMV_X_W -> h.x(rd(d), (int) h.f[rs1(d)]);
      case Opcode.FMV_X_D -> h.x(rd(d), h.f[rs1(d)]);
      default -> {
        h.f[rd(d)] = moved(h, opcode, d);
        h.csrs.floatingPointDirty();
      }
    }
  }

  private static long moved(Hart h, int opcode, long d) {
    return switch (opcode) {
      case Opcode.FMV_W_X -> h.x(rs1(d)) | BOX;
      case Opcode.FMV_D_X -> h.x(rs1(d));
      case Opcode.FSGNJ_D, Opcode.FSGNJN_D, Opcode.FSGNJX_D -> {
        long a = h.f[rs1(d)];
        long b = h.f[rs2(d)];
        long sign = opcode == Opcode.FSGNJ_D ? b : opcode == Opcode.FSGNJN_D ? ~b : a ^ b;
        yield a & Long.MAX_VALUE | sign & Long.MIN_VALUE;
      }
      default -> {
        int a = unbox(h.f[rs1(d)]);
        int b = unbox(h.f[rs2(d)]);
        int sign = opcode == Opcode.FSGNJ_S ? b : opcode == Opcode.FSGNJN_S ? ~b : a ^ b;
        yield box(a & ~SIGN | sign & SIGN);
      }
    };
  }

  private static int unbox(long register) {
    return (register & BOX) == BOX ? (int) register : CANONICAL_NAN;
  }

  private static long box(int single) {
    return single | BOX;
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  private static void single(Hart h, int opcode, long d, int rm) {
    FloatingPointUnit u = h.fpu;
    int a = unbox(h.f[rs1(d)]);
    int b = unbox(h.f[rs2(d)]);
    switch (opcode) {
      case Opcode.FADD_S -> h.f[rd(d)] = box(u.addS(a, b, rm));
      case Opcode.FSUB_S -> h.f[rd(d)] = box(u.subS(a, b, rm));
      case Opcode.FMUL_S -> h.f[rd(d)] = box(u.mulS(a, b, rm));
      case Opcode.FDIV_S -> h.f[rd(d)] = box(u.divS(a, b, rm));
      case Opcode.FSQRT_S -> h.f[rd(d)] = box(u.sqrtS(a, rm));
      case Opcode.FMADD_S -> h.f[rd(d)] = box(u.fmaS(a, b, third(h, d), rm));
      case Opcode.FMSUB_S -> h.f[rd(d)] = box(u.fmaS(a, b, third(h, d) ^ SIGN, rm));
      case Opcode.FNMSUB_S -> h.f[rd(d)] = box(u.fmaS(a ^ SIGN, b, third(h, d), rm));
      case Opcode.FNMADD_S -> h.f[rd(d)] = box(u.fmaS(a ^ SIGN, b, third(h, d) ^ SIGN, rm));
      case Opcode.FMIN_S -> h.f[rd(d)] = box(u.minS(a, b));
      case Opcode.FMAX_S -> h.f[rd(d)] = box(u.maxS(a, b));
      case Opcode.FLE_S -> h.x(rd(d), bit(u.leS(a, b)));
      case Opcode.FLT_S -> h.x(rd(d), bit(u.ltS(a, b)));
      case Opcode.FEQ_S -> h.x(rd(d), bit(u.eqS(a, b)));
      case Opcode.FCLASS_S -> h.x(rd(d), u.classS(a));
      case Opcode.FCVT_W_S -> h.x(rd(d), u.singleToWord(a, rm));
      case Opcode.FCVT_WU_S -> h.x(rd(d), u.singleToUnsignedWord(a, rm));
      case Opcode.FCVT_L_S -> h.x(rd(d), u.singleToLong(a, rm));
      case Opcode.FCVT_LU_S -> h.x(rd(d), u.singleToUnsignedLong(a, rm));
      case Opcode.FCVT_S_W -> h.f[rd(d)] = box(u.wordToSingle((int) h.x(rs1(d)), rm));
      case Opcode.FCVT_S_WU -> h.f[rd(d)] = box(u.unsignedWordToSingle((int) h.x(rs1(d)), rm));
      case Opcode.FCVT_S_L -> h.f[rd(d)] = box(u.longToSingle(h.x(rs1(d)), rm));
      case Opcode.FCVT_S_LU -> h.f[rd(d)] = box(u.unsignedLongToSingle(h.x(rs1(d)), rm));
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private static int third(Hart h, long d) {
    return unbox(h.f[immediate(d) >>> 3]);
  }

  private static void doublePrecision(Hart h, int opcode, long d, int rm) {
    FloatingPointUnit u = h.fpu;
    long sign = Long.MIN_VALUE;
    long a = h.f[rs1(d)];
    long b = h.f[rs2(d)];
    switch (opcode) {
      case Opcode.FADD_D -> h.f[rd(d)] = u.addD(a, b, rm);
      case Opcode.FSUB_D -> h.f[rd(d)] = u.subD(a, b, rm);
      case Opcode.FMUL_D -> h.f[rd(d)] = u.mulD(a, b, rm);
      case Opcode.FDIV_D -> h.f[rd(d)] = u.divD(a, b, rm);
      case Opcode.FSQRT_D -> h.f[rd(d)] = u.sqrtD(a, rm);
      case Opcode.FMADD_D -> h.f[rd(d)] = u.fmaD(a, b, thirdDouble(h, d), rm);
      case Opcode.FMSUB_D -> h.f[rd(d)] = u.fmaD(a, b, thirdDouble(h, d) ^ sign, rm);
      case Opcode.FNMSUB_D -> h.f[rd(d)] = u.fmaD(a ^ sign, b, thirdDouble(h, d), rm);
      case Opcode.FNMADD_D -> h.f[rd(d)] = u.fmaD(a ^ sign, b, thirdDouble(h, d) ^ sign, rm);
      case Opcode.FMIN_D -> h.f[rd(d)] = u.minD(a, b);
      case Opcode.FMAX_D -> h.f[rd(d)] = u.maxD(a, b);
      case Opcode.FLE_D -> h.x(rd(d), bit(u.leD(a, b)));
      case Opcode.FLT_D -> h.x(rd(d), bit(u.ltD(a, b)));
      case Opcode.FEQ_D -> h.x(rd(d), bit(u.eqD(a, b)));
      case Opcode.FCLASS_D -> h.x(rd(d), u.classD(a));
      case Opcode.FCVT_W_D -> h.x(rd(d), u.doubleToWord(a, rm));
      case Opcode.FCVT_WU_D -> h.x(rd(d), u.doubleToUnsignedWord(a, rm));
      case Opcode.FCVT_L_D -> h.x(rd(d), u.doubleToLong(a, rm));
      case Opcode.FCVT_LU_D -> h.x(rd(d), u.doubleToUnsignedLong(a, rm));
      case Opcode.FCVT_D_W -> h.f[rd(d)] = u.wordToDouble((int) h.x(rs1(d)));
      case Opcode.FCVT_D_WU -> h.f[rd(d)] = u.unsignedWordToDouble((int) h.x(rs1(d)));
      case Opcode.FCVT_D_L -> h.f[rd(d)] = u.longToDouble(h.x(rs1(d)), rm);
      case Opcode.FCVT_D_LU -> h.f[rd(d)] = u.unsignedLongToDouble(h.x(rs1(d)), rm);
      case Opcode.FCVT_S_D -> h.f[rd(d)] = box(u.doubleToSingle(a, rm));
      case Opcode.FCVT_D_S -> h.f[rd(d)] = u.singleToDouble(unbox(a));
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private static long thirdDouble(Hart h, long d) {
    return h.f[immediate(d) >>> 3];
  }
}
