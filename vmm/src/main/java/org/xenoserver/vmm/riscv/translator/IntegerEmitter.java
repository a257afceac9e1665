package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Integer computation, with multiplication, division and bit manipulation. */
final class IntegerEmitter {
  private static final String DIVISION = "org/xenoserver/vmm/riscv/IntegerDivision";
  private static final String BITS = "org/xenoserver/vmm/riscv/BitManipulation";
  private static final String MATH = "java/lang/Math";
  private static final String LONG = "java/lang/Long";
  private static final String INTEGER = "java/lang/Integer";
  private static final String LONGS = "(JJ)J";
  private static final long LOW_WORD = 0xffffffffL;

  private final RegionFrame frame;
  private final ClassBytes code;
  private final DivisionEmitter division;

  IntegerEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
    this.division = new DivisionEmitter(frame);
  }

  /** Anything that is neither control transfer, memory access nor floating point. */
  void emit(Instruction instruction) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    if (opcode == Opcode.FENCE) {
      fence(instruction.bits());
      return;
    }
    if (rd(d) == SINK) {
      return;
    }
    switch (opcode) {
      case Opcode.LUI -> code.pushLong(immediate(d));
      case Opcode.AUIPC -> {
        code.local(Bytecode.LLOAD, RegionFrame.BASE);
        code.pushLong(2L * instruction.place() + immediate(d));
        code.op(Bytecode.LADD);
      }
      case Opcode.SLTI, Opcode.SLTIU, Opcode.SLT, Opcode.SLTU -> {
        setIfLess(d, opcode);
        return;
      }
      default -> {
        if (wordArithmetic(d, opcode)) {
          frame.popWord(rd(d));
          return;
        }
        if (opcode >= Opcode.CLZ) {
          bitManipulation(d, opcode);
        } else if (opcode >= Opcode.ADD_UW) {
          common(d, opcode);
        } else if (opcode >= Opcode.MUL) {
          multiplyOrDivide(d, opcode);
        } else {
          arithmetic(d, opcode);
        }
      }
    }
    frame.popX(rd(d));
  }

  /** The fence of pred and succ bits; only a store before a load needs the host's full fence. */
  private void fence(int bits) {
    boolean storesBefore = (bits >>> 24 & 5) != 0;
    boolean loadsAfter = (bits >>> 20 & 10) != 0;
    if (storesBefore && loadsAfter || bits >>> 28 != 0) {
      HostUnsafe.fence(code, "fullFence");
    } else {
      HostUnsafe.fence(code, "loadFence");
      HostUnsafe.fence(code, "storeFence");
    }
  }

  private void pushWord(int register) {
    frame.pushWord(register);
  }

  private void setIfLess(long d, int opcode) {
    boolean unsigned = opcode == Opcode.SLTIU || opcode == Opcode.SLTU;
    boolean withImmediate = opcode == Opcode.SLTI || opcode == Opcode.SLTIU;
    compare(d, unsigned, withImmediate);
    Label less = new Label();
    Label done = new Label();
    code.jump(Bytecode.IFLT, less);
    code.pushLong(0);
    frame.popX(rd(d));
    code.jump(Bytecode.GOTO, done);
    code.bind(less);
    code.pushLong(1);
    frame.popX(rd(d));
    code.bind(done);
  }

  /** Pushes what a branch compares; returns the bytecode that jumps if the branch is taken. */
  int branchCondition(long d, int opcode) {
    boolean unsigned = opcode == Opcode.BLTU || opcode == Opcode.BGEU;
    boolean words = !unsigned && frame.isWord(rs1(d)) && frame.isWord(rs2(d));
    if (words) {
      pushWord(rs1(d));
      if (rs2(d) != 0) {
        pushWord(rs2(d));
      }
    } else {
      compare(d, unsigned, false);
    }
    int condition =
        switch (opcode) {
          case Opcode.BEQ -> Bytecode.IFEQ;
          case Opcode.BNE -> Bytecode.IFNE;
          case Opcode.BLT, Opcode.BLTU -> Bytecode.IFLT;
          default -> Bytecode.IFGE;
        };
    return words && rs2(d) != 0 ? condition + Bytecode.TWO_INTS : condition;
  }

  /** Pushes -1, 0 or 1. */
  void compare(long d, boolean unsigned, boolean withImmediate) {
    frame.pushX(rs1(d));
    flip(unsigned);
    if (withImmediate) {
      code.pushLong(unsigned ? immediate(d) + Long.MIN_VALUE : immediate(d));
    } else if (rs2(d) == 0 && unsigned) {
      code.pushLong(Long.MIN_VALUE);
    } else {
      frame.pushX(rs2(d));
      flip(unsigned);
    }
    code.op(Bytecode.LCMP);
  }

  private void flip(boolean unsigned) {
    if (unsigned) {
      code.pushLong(Long.MIN_VALUE);
      code.op(Bytecode.LADD);
    }
  }

  private void arithmetic(long d, int opcode) {
    switch (opcode) {
      case Opcode.ADDI -> {
        if (rs1(d) == 0) {
          code.pushLong(immediate(d));
        } else {
          frame.pushX(rs1(d));
          if (immediate(d) != 0) {
            code.pushLong(immediate(d));
            code.op(Bytecode.LADD);
          }
        }
      }
      case Opcode.XORI -> withImmediate(d, Bytecode.LXOR);
      case Opcode.ORI -> withImmediate(d, Bytecode.LOR);
      case Opcode.ANDI -> withImmediate(d, Bytecode.LAND);
      case Opcode.SLLI -> shift(d, Bytecode.LSHL);
      case Opcode.SRLI -> shift(d, Bytecode.LUSHR);
      case Opcode.SRAI -> shift(d, Bytecode.LSHR);
      case Opcode.ADD -> {
        if (rs1(d) == 0) {
          frame.pushX(rs2(d));
        } else {
          registers(d, Bytecode.LADD);
        }
      }
      case Opcode.SUB -> registers(d, Bytecode.LSUB);
      case Opcode.XOR -> registers(d, Bytecode.LXOR);
      case Opcode.OR -> registers(d, Bytecode.LOR);
      case Opcode.AND -> registers(d, Bytecode.LAND);
      case Opcode.SLL -> shiftByRegister(d, Bytecode.LSHL);
      case Opcode.SRL -> shiftByRegister(d, Bytecode.LUSHR);
      case Opcode.SRA -> shiftByRegister(d, Bytecode.LSHR);
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  /** Pushes the result as an int if it is the extension of a word. */
  private boolean wordArithmetic(long d, int opcode) {
    switch (opcode) {
      case Opcode.ADDIW, Opcode.SLLIW, Opcode.SRLIW, Opcode.SRAIW -> words(d, opcode);
      case Opcode.ADDW, Opcode.SUBW, Opcode.SLLW, Opcode.SRLW, Opcode.SRAW -> words(d, opcode);
      case Opcode.ADDI -> {
        if (!frame.isWord(rs1(d)) || immediate(d) != 0 && rs1(d) != 0) {
          return false;
        }
        if (rs1(d) == 0) {
          code.pushInt(immediate(d));
        } else {
          pushWord(rs1(d));
        }
      }
      case Opcode.ADD -> {
        if (rs1(d) != 0 || !frame.isWord(rs2(d))) {
          return false;
        }
        pushWord(rs2(d));
      }
      case Opcode.ANDI, Opcode.ORI, Opcode.XORI -> {
        if (!frame.isWord(rs1(d))) {
          return false;
        }
        pushWord(rs1(d));
        code.pushInt(immediate(d));
        code.op(
            switch (opcode) {
              case Opcode.ANDI -> Bytecode.IAND;
              case Opcode.ORI -> Bytecode.IOR;
              default -> Bytecode.IXOR;
            });
      }
      case Opcode.AND -> {
        return bothWordsKnown(d, Bytecode.IAND);
      }
      case Opcode.OR -> {
        return bothWordsKnown(d, Bytecode.IOR);
      }
      case Opcode.XOR -> {
        return bothWordsKnown(d, Bytecode.IXOR);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean bothWordsKnown(long d, int operation) {
    if (!frame.isWord(rs1(d)) || !frame.isWord(rs2(d))) {
      return false;
    }
    pushWord(rs1(d));
    pushWord(rs2(d));
    code.op(operation);
    return true;
  }

  private void withImmediate(long d, int operation) {
    frame.pushX(rs1(d));
    code.pushLong(immediate(d));
    code.op(operation);
  }

  private void shift(long d, int operation) {
    frame.pushX(rs1(d));
    code.pushInt(immediate(d) & 63);
    code.op(operation);
  }

  private void registers(long d, int operation) {
    frame.pushX(rs1(d));
    frame.pushX(rs2(d));
    code.op(operation);
  }

  private void shiftByRegister(long d, int operation) {
    frame.pushX(rs1(d));
    pushWord(rs2(d));
    code.op(operation);
  }

  private void words(long d, int opcode) {
    pushWord(rs1(d));
    switch (opcode) {
      case Opcode.ADDIW -> {
        if (immediate(d) != 0) {
          code.pushInt(immediate(d));
          code.op(Bytecode.IADD);
        }
      }
      case Opcode.SLLIW -> wordShift(d, Bytecode.ISHL);
      case Opcode.SRLIW -> wordShift(d, Bytecode.IUSHR);
      case Opcode.SRAIW -> wordShift(d, Bytecode.ISHR);
      default -> {
        pushWord(rs2(d));
        code.op(
            switch (opcode) {
              case Opcode.ADDW -> Bytecode.IADD;
              case Opcode.SUBW -> Bytecode.ISUB;
              case Opcode.SLLW -> Bytecode.ISHL;
              case Opcode.SRLW -> Bytecode.IUSHR;
              case Opcode.SRAW -> Bytecode.ISHR;
              default -> throw new IllegalArgumentException(Opcode.name(opcode));
            });
      }
    }
  }

  private void wordShift(long d, int operation) {
    code.pushInt(immediate(d) & 31);
    code.op(operation);
  }

  private void call(String owner, String name, String descriptor) {
    code.invoke(Bytecode.INVOKESTATIC, owner, name, descriptor);
  }

  private void both(long d, String owner, String name) {
    frame.pushX(rs1(d));
    frame.pushX(rs2(d));
    call(owner, name, LONGS);
  }

  private void multiplyOrDivide(long d, int opcode) {
    switch (opcode) {
      case Opcode.MUL -> registers(d, Bytecode.LMUL);
      case Opcode.MULH -> both(d, MATH, "multiplyHigh");
      case Opcode.MULHSU -> both(d, DIVISION, "multiplyHighSignedUnsigned");
      case Opcode.MULHU -> both(d, MATH, "unsignedMultiplyHigh");
      case Opcode.MULW -> {
        registers(d, Bytecode.LMUL);
        code.op(Bytecode.L2I);
        code.op(Bytecode.I2L);
      }
      default -> division.emit(d, opcode);
    }
  }

  private void lowWord(int register) {
    frame.pushX(register);
    code.pushLong(LOW_WORD);
    code.op(Bytecode.LAND);
  }

  private void shiftedAdd(long d, int by, boolean word) {
    if (word) {
      lowWord(rs1(d));
    } else {
      frame.pushX(rs1(d));
    }
    if (by != 0) {
      code.pushInt(by);
      code.op(Bytecode.LSHL);
    }
    frame.pushX(rs2(d));
    code.op(Bytecode.LADD);
  }

  private void withInverted(long d, int operation) {
    frame.pushX(rs1(d));
    frame.pushX(rs2(d));
    code.pushLong(-1);
    code.op(Bytecode.LXOR);
    code.op(operation);
  }

  /** Zba and the commonest of Zbb. */
  private void common(long d, int opcode) {
    switch (opcode) {
      case Opcode.ADD_UW -> shiftedAdd(d, 0, true);
      case Opcode.SH1ADD -> shiftedAdd(d, 1, false);
      case Opcode.SH2ADD -> shiftedAdd(d, 2, false);
      case Opcode.SH3ADD -> shiftedAdd(d, 3, false);
      case Opcode.SH1ADD_UW -> shiftedAdd(d, 1, true);
      case Opcode.SH2ADD_UW -> shiftedAdd(d, 2, true);
      case Opcode.SH3ADD_UW -> shiftedAdd(d, 3, true);
      case Opcode.SLLI_UW -> {
        lowWord(rs1(d));
        code.pushInt(immediate(d) & 63);
        code.op(Bytecode.LSHL);
      }
      case Opcode.ANDN -> withInverted(d, Bytecode.LAND);
      case Opcode.ORN -> withInverted(d, Bytecode.LOR);
      case Opcode.XNOR -> withInverted(d, Bytecode.LXOR);
      case Opcode.MAX -> both(d, MATH, "max");
      case Opcode.MAXU -> both(d, BITS, "maxUnsigned");
      case Opcode.MIN -> both(d, MATH, "min");
      case Opcode.MINU -> both(d, BITS, "minUnsigned");
      case Opcode.ZEXT_H -> {
        frame.pushX(rs1(d));
        code.pushLong(0xffff);
        code.op(Bytecode.LAND);
      }
      case Opcode.SEXT_B -> {
        pushWord(rs1(d));
        code.op(Bytecode.I2B);
        code.op(Bytecode.I2L);
      }
      case Opcode.SEXT_H -> {
        pushWord(rs1(d));
        code.op(Bytecode.I2S);
        code.op(Bytecode.I2L);
      }
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private void count(long d, String owner, String name, boolean word) {
    if (word) {
      pushWord(rs1(d));
    } else {
      frame.pushX(rs1(d));
    }
    call(owner, name, word ? "(I)I" : "(J)I");
    code.op(Bytecode.I2L);
  }

  private void rotate(long d, String name, boolean word, boolean byImmediate) {
    if (word) {
      pushWord(rs1(d));
    } else {
      frame.pushX(rs1(d));
    }
    if (byImmediate) {
      code.pushInt(immediate(d));
    } else {
      pushWord(rs2(d));
    }
    call(word ? INTEGER : LONG, name, word ? "(II)I" : "(JI)J");
    if (word) {
      code.op(Bytecode.I2L);
    }
  }

  /** Pushes rs1 and a one at the place that rs2 or the immediate selects. */
  private void bit(long d, boolean byImmediate) {
    frame.pushX(rs1(d));
    if (byImmediate) {
      code.pushLong(1L << immediate(d));
    } else {
      code.pushLong(1);
      pushWord(rs2(d));
      code.op(Bytecode.LSHL);
    }
  }

  /** The rest of Zbb, Zbc and Zbs. */
  private void bitManipulation(long d, int opcode) {
    switch (opcode) {
      case Opcode.CLZ -> count(d, LONG, "numberOfLeadingZeros", false);
      case Opcode.CTZ -> count(d, LONG, "numberOfTrailingZeros", false);
      case Opcode.CPOP -> count(d, LONG, "bitCount", false);
      case Opcode.CLZW -> count(d, INTEGER, "numberOfLeadingZeros", true);
      case Opcode.CTZW -> count(d, INTEGER, "numberOfTrailingZeros", true);
      case Opcode.CPOPW -> count(d, INTEGER, "bitCount", true);
      case Opcode.ROL -> rotate(d, "rotateLeft", false, false);
      case Opcode.ROR -> rotate(d, "rotateRight", false, false);
      case Opcode.RORI -> rotate(d, "rotateRight", false, true);
      case Opcode.ROLW -> rotate(d, "rotateLeft", true, false);
      case Opcode.RORW -> rotate(d, "rotateRight", true, false);
      case Opcode.RORIW -> rotate(d, "rotateRight", true, true);
      case Opcode.ORC_B -> {
        frame.pushX(rs1(d));
        call(BITS, "orCombine", "(J)J");
      }
      case Opcode.REV8 -> {
        frame.pushX(rs1(d));
        call(LONG, "reverseBytes", "(J)J");
      }
      case Opcode.CLMUL -> both(d, BITS, "carrylessLow");
      case Opcode.CLMULR -> both(d, BITS, "carrylessReversed");
      case Opcode.CLMULH -> both(d, BITS, "carrylessHigh");
      case Opcode.BCLR, Opcode.BCLRI -> {
        bit(d, opcode == Opcode.BCLRI);
        code.pushLong(-1);
        code.op(Bytecode.LXOR);
        code.op(Bytecode.LAND);
      }
      case Opcode.BINV, Opcode.BINVI -> {
        bit(d, opcode == Opcode.BINVI);
        code.op(Bytecode.LXOR);
      }
      case Opcode.BSET, Opcode.BSETI -> {
        bit(d, opcode == Opcode.BSETI);
        code.op(Bytecode.LOR);
      }
      case Opcode.BEXT, Opcode.BEXTI -> {
        frame.pushX(rs1(d));
        if (opcode == Opcode.BEXTI) {
          code.pushInt(immediate(d));
        } else {
          pushWord(rs2(d));
        }
        code.op(Bytecode.LUSHR);
        code.pushLong(1);
        code.op(Bytecode.LAND);
      }
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }
}
