package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_A;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_P;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_R;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.FLOATS;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.FLOAT_A;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.FLOAT_B;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.FLOAT_R;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.INEXACT;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Single precision, as {@link FloatEmitter}; operands that are not NaN-boxed are not used. */
final class SingleEmitter {
  private static final String MATH = "java/lang/Math";
  private static final String FLOAT = "java/lang/Float";
  private static final long BOX = 0xffffffff00000000L;

  private final RegionFrame frame;
  private final ClassBytes code;
  private final Exactness exactness;

  SingleEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
    this.exactness = new Exactness(frame);
  }

  /** Goes to the miss unless the upper half of a register is all ones. */
  void checkBox(int register, Label miss) {
    frame.pushBits(register);
    code.pushInt(32);
    code.op(Bytecode.LSHR);
    code.op(Bytecode.L2I);
    code.pushInt(1);
    code.op(Bytecode.IADD);
    code.jump(Bytecode.IFNE, miss);
  }

  private void loadBoxed(int register, int variable, Label miss) {
    checkBox(register, miss);
    push(register);
    code.local(Bytecode.FSTORE, variable);
  }

  private void push(int register) {
    frame.pushBits(register);
    code.op(Bytecode.L2I);
    code.invoke(Bytecode.INVOKESTATIC, FLOAT, "intBitsToFloat", "(I)F");
  }

  private void finish(int register) {
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.invoke(Bytecode.INVOKESTATIC, FLOAT, "floatToRawIntBits", "(F)I");
    code.op(Bytecode.I2L);
    code.pushLong(BOX);
    code.op(Bytecode.LOR);
    frame.popBits(register);
  }

  void emit(Instruction instruction, Label miss) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    switch (opcode) {
      case Opcode.FCVT_S_W, Opcode.FCVT_S_WU, Opcode.FCVT_S_L -> {
        fromInteger(d, opcode, miss);
        return;
      }
      default -> {}
    }
    loadBoxed(rs1(d), FLOAT_A, miss);
    switch (opcode) {
      case Opcode.FSQRT_S -> {
        code.local(Bytecode.FLOAD, FLOAT_A);
        code.op(Bytecode.F2D);
        code.invoke(Bytecode.INVOKESTATIC, MATH, "sqrt", "(D)D");
        code.op(Bytecode.D2F);
        code.local(Bytecode.FSTORE, FLOAT_R);
        Label zero = new Label();
        checkRange(zero, miss);
        checkProduct(FLOAT_R, FLOAT_R, FLOAT_A, miss);
        acceptZeroOf(zero, miss, FLOAT_A);
        finish(rd(d));
        return;
      }
      case Opcode.FCVT_W_S -> {
        toInteger(d, true, miss);
        return;
      }
      case Opcode.FCVT_L_S -> {
        toInteger(d, false, miss);
        return;
      }
      default -> {}
    }
    loadBoxed(rs2(d), FLOAT_B, miss);
    switch (opcode) {
      case Opcode.FADD_S -> sum(d, Bytecode.FADD, miss);
      case Opcode.FSUB_S -> sum(d, Bytecode.FSUB, miss);
      case Opcode.FMUL_S -> {
        result(Bytecode.FMUL);
        Label zero = new Label();
        checkRange(zero, miss);
        checkProduct(FLOAT_A, FLOAT_B, FLOAT_R, miss);
        acceptZeroOf(zero, miss, FLOAT_A, FLOAT_B);
        finish(rd(d));
      }
      case Opcode.FDIV_S -> {
        result(Bytecode.FDIV);
        Label zero = new Label();
        checkRange(zero, miss);
        checkProduct(FLOAT_R, FLOAT_B, FLOAT_A, miss);
        acceptZeroOf(zero, miss, FLOAT_A);
        finish(rd(d));
      }
      case Opcode.FMADD_S, Opcode.FMSUB_S, Opcode.FNMSUB_S, Opcode.FNMADD_S ->
          fused(d, opcode, miss);
      case Opcode.FMIN_S, Opcode.FMAX_S -> extreme(d, opcode == Opcode.FMIN_S, miss);
      case Opcode.FLE_S -> compare(d, Bytecode.FCMPG, Bytecode.IFLE, false, miss);
      case Opcode.FLT_S -> compare(d, Bytecode.FCMPG, Bytecode.IFLT, false, miss);
      case Opcode.FEQ_S -> compare(d, Bytecode.FCMPL, Bytecode.IFEQ, true, miss);
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private void result(int operation) {
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.local(Bytecode.FLOAD, FLOAT_B);
    code.op(operation);
    code.local(Bytecode.FSTORE, FLOAT_R);
  }

  private void pushAbsolute() {
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.invoke(Bytecode.INVOKESTATIC, MATH, "abs", "(F)F");
  }

  private void sum(long d, int operation, Label miss) {
    result(operation);
    pushAbsolute();
    code.pushFloat(0x1p127f);
    code.op(Bytecode.FCMPG);
    code.jump(Bytecode.IFGE, miss);
    Label exact = unlessInexact();
    pushWide(FLOAT_A);
    pushWide(FLOAT_B);
    code.op(operation == Bytecode.FADD ? Bytecode.DADD : Bytecode.DSUB);
    code.local(Bytecode.DSTORE, DOUBLE_R);
    missUnlessResultIs(DOUBLE_R, miss);
    exactness.sumError(
        () -> pushWide(FLOAT_A),
        () -> {
          pushWide(FLOAT_B);
          if (operation == Bytecode.FSUB) {
            code.op(Bytecode.DNEG);
          }
        },
        miss);
    code.bind(exact);
    finish(rd(d));
  }

  private Label unlessInexact() {
    Label exact = new Label();
    code.local(Bytecode.ILOAD, INEXACT);
    code.jump(Bytecode.IFNE, exact);
    return exact;
  }

  private void checkRange(Label small, Label miss) {
    pushAbsolute();
    code.pushFloat(Float.MIN_NORMAL);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFLE, small);
    pushAbsolute();
    code.pushFloat(Float.MAX_VALUE);
    code.op(Bytecode.FCMPG);
    code.jump(Bytecode.IFGT, miss);
  }

  private void pushWide(int variable) {
    code.local(Bytecode.FLOAD, variable);
    code.op(Bytecode.F2D);
  }

  private void missUnlessResultIs(int variable, Label miss) {
    pushWide(FLOAT_R);
    code.local(Bytecode.DLOAD, variable);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
  }

  /** Misses unless the product of two singles, which a double holds exactly, is a third. */
  private void checkProduct(int a, int b, int product, Label miss) {
    Label exact = unlessInexact();
    pushWide(a);
    pushWide(b);
    code.op(Bytecode.DMUL);
    pushWide(product);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
    code.bind(exact);
  }

  private void acceptZeroOf(Label small, Label miss, int... operands) {
    Label accepted = new Label();
    code.jump(Bytecode.GOTO, accepted);
    code.bind(small);
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.pushFloat(0);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFNE, miss);
    for (int i = 0; i < operands.length; i++) {
      code.local(Bytecode.FLOAD, operands[i]);
      code.pushFloat(0);
      code.op(Bytecode.FCMPL);
      boolean last = i == operands.length - 1;
      code.jump(last ? Bytecode.IFNE : Bytecode.IFEQ, last ? miss : accepted);
    }
    code.bind(accepted);
  }

  private void fused(long d, int opcode, Label miss) {
    int third = immediate(d) >>> 3;
    checkBox(third, miss);
    boolean negateProduct = opcode == Opcode.FNMSUB_S || opcode == Opcode.FNMADD_S;
    boolean negateAddend = opcode == Opcode.FMSUB_S || opcode == Opcode.FNMADD_S;
    pushFused(third, negateProduct, negateAddend);
    code.invoke(Bytecode.INVOKESTATIC, MATH, "fma", "(FFF)F");
    code.local(Bytecode.FSTORE, FLOAT_R);
    Label zero = new Label();
    Label check = new Label();
    Label done = new Label();
    checkRange(zero, miss);
    code.local(Bytecode.ILOAD, INEXACT);
    code.jump(Bytecode.IFNE, done);
    code.bind(check);
    pushWideProduct(negateProduct);
    code.local(Bytecode.DSTORE, DOUBLE_P);
    code.local(Bytecode.DLOAD, DOUBLE_P);
    pushWideAddend(third, negateAddend);
    code.op(Bytecode.DADD);
    code.local(Bytecode.DSTORE, DOUBLE_R);
    missUnlessResultIs(DOUBLE_R, miss);
    exactness.sumError(
        () -> code.local(Bytecode.DLOAD, DOUBLE_P),
        () -> pushWideAddend(third, negateAddend),
        miss);
    code.jump(Bytecode.GOTO, done);
    code.bind(zero);
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.pushFloat(0);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFEQ, check);
    code.jump(Bytecode.GOTO, miss);
    code.bind(done);
    finish(rd(d));
  }

  private void pushFused(int third, boolean negateProduct, boolean negateAddend) {
    code.local(Bytecode.FLOAD, FLOAT_A);
    if (negateProduct) {
      code.op(Bytecode.FNEG);
    }
    code.local(Bytecode.FLOAD, FLOAT_B);
    push(third);
    if (negateAddend) {
      code.op(Bytecode.FNEG);
    }
  }

  private void pushWideProduct(boolean negated) {
    pushWide(FLOAT_A);
    if (negated) {
      code.op(Bytecode.DNEG);
    }
    pushWide(FLOAT_B);
    code.op(Bytecode.DMUL);
  }

  private void pushWideAddend(int register, boolean negated) {
    push(register);
    code.op(Bytecode.F2D);
    if (negated) {
      code.op(Bytecode.DNEG);
    }
  }

  private void pushCompared(int operation) {
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.local(Bytecode.FLOAD, FLOAT_B);
    code.op(operation);
  }

  private void extreme(long d, boolean least, Label miss) {
    Label first = new Label();
    Label second = new Label();
    Label done = new Label();
    pushCompared(Bytecode.FCMPG);
    code.jump(Bytecode.IFLT, least ? first : second);
    pushCompared(Bytecode.FCMPL);
    code.jump(Bytecode.IFGT, least ? second : first);
    pushCompared(Bytecode.FCMPL);
    code.jump(Bytecode.IFNE, miss); // One is not a number.
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.pushFloat(0);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFEQ, miss); // Zeros may differ in sign.
    code.bind(first);
    frame.pushBits(rs1(d));
    frame.popBits(rd(d));
    code.jump(Bytecode.GOTO, done);
    code.bind(second);
    frame.pushBits(rs2(d));
    frame.popBits(rd(d));
    code.bind(done);
  }

  private void compare(long d, int operation, int condition, boolean equality, Label miss) {
    Label yes = new Label();
    Label no = new Label();
    Label done = new Label();
    pushCompared(operation);
    code.jump(condition, yes);
    if (equality) {
      pushCompared(Bytecode.FCMPG);
      code.jump(Bytecode.IFLT, no);
    }
    pushCompared(Bytecode.FCMPL);
    code.jump(Bytecode.IFLT, miss); // One is not a number.
    code.bind(no);
    code.pushLong(0);
    frame.popX(rd(d));
    code.jump(Bytecode.GOTO, done);
    code.bind(yes);
    code.pushLong(1);
    frame.popX(rd(d));
    code.bind(done);
  }

  private void fromInteger(long d, int opcode, Label miss) {
    pushIntegerOperand(d, opcode);
    code.op(Bytecode.L2F);
    code.local(Bytecode.FSTORE, FLOAT_R);
    Label exact = unlessInexact();
    pushIntegerOperand(d, opcode);
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.invoke(Bytecode.INVOKESTATIC, FLOATS, "exactConversion", "(JF)Z");
    code.jump(Bytecode.IFEQ, miss);
    code.bind(exact);
    finish(rd(d));
  }

  private void pushIntegerOperand(long d, int opcode) {
    frame.pushX(rs1(d));
    if (opcode == Opcode.FCVT_S_W) {
      code.op(Bytecode.L2I);
      code.op(Bytecode.I2L);
    } else if (opcode == Opcode.FCVT_S_WU) {
      code.pushLong(0xffffffffL);
      code.op(Bytecode.LAND);
    }
  }

  private void toInteger(long d, boolean word, Label miss) {
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.pushFloat(word ? -0x1p31f : -0x1p63f);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFLT, miss);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.pushFloat(word ? 0x1p31f : 0x1p63f);
    code.op(Bytecode.FCMPG);
    code.jump(Bytecode.IFGE, miss);
    Label exact = unlessInexact();
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.op(Bytecode.F2L);
    code.op(Bytecode.L2F);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFNE, miss);
    code.bind(exact);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.op(Bytecode.F2L);
    frame.popX(rd(d));
  }

  /** FCVT.S.D. */
  void narrow(long d, Label miss) {
    frame.pushDouble(rs1(d));
    code.local(Bytecode.DSTORE, DOUBLE_A);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.D2F);
    code.local(Bytecode.FSTORE, FLOAT_R);
    Label small = new Label();
    checkRange(small, miss);
    Label exact = unlessInexact();
    pushUnchanged();
    code.jump(Bytecode.IFNE, miss);
    code.jump(Bytecode.GOTO, exact);
    code.bind(small); // Only a zero is surely exact.
    pushUnchanged();
    code.jump(Bytecode.IFNE, miss);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
    code.bind(exact);
    finish(rd(d));
  }

  private void pushUnchanged() {
    code.local(Bytecode.FLOAD, FLOAT_R);
    code.op(Bytecode.F2D);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.DCMPL);
  }

  /** FCVT.D.S. */
  void widen(long d, Label miss) {
    loadBoxed(rs1(d), FLOAT_A, miss);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.op(Bytecode.FCMPL);
    code.jump(Bytecode.IFNE, miss);
    code.local(Bytecode.FLOAD, FLOAT_A);
    code.op(Bytecode.F2D);
    frame.popDouble(rd(d));
  }
}
