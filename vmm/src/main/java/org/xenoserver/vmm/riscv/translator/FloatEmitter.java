package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_A;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_R;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.FLOATS;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.INEXACT;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Floating point by the host's arithmetic, rounding to the nearest.
 *
 * <p>A result that might raise a flag other than one that has accrued already (not a number, at the
 * ends of the range, the first inexact one) is not used: the interpreter executes that instruction.
 */
final class FloatEmitter {
  private static final String MATH = "java/lang/Math";
  private static final long SIGN = Long.MIN_VALUE;
  private static final long SINGLE_SIGN = 0x80000000L;
  private static final long BOX = 0xffffffff00000000L;

  private final RegionFrame frame;
  private final ClassBytes code;
  private final SingleEmitter singles;
  private final Exactness exactness;

  FloatEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
    this.singles = new SingleEmitter(frame);
    this.exactness = new Exactness(frame);
  }

  /** Anything of F and D but loads and stores. */
  void emit(Instruction instruction, Label miss) {
    long d = instruction.decoded();
    int opcode = instruction.opcode();
    switch (opcode) {
      case Opcode.FMV_X_D -> {
        frame.pushBits(rs1(d));
        frame.popX(rd(d));
      }
      case Opcode.FMV_D_X -> {
        frame.pushX(rs1(d));
        frame.popBits(rd(d));
      }
      case Opcode.FMV_X_W -> {
        frame.pushBits(rs1(d));
        code.op(Bytecode.L2I);
        code.op(Bytecode.I2L);
        frame.popX(rd(d));
      }
      case Opcode.FMV_W_X -> {
        frame.pushX(rs1(d));
        code.pushLong(BOX);
        code.op(Bytecode.LOR);
        frame.popBits(rd(d));
      }
      case Opcode.FSGNJ_D, Opcode.FSGNJN_D, Opcode.FSGNJX_D ->
          sign(d, opcode - Opcode.FSGNJ_D, SIGN);
      case Opcode.FSGNJ_S, Opcode.FSGNJN_S, Opcode.FSGNJX_S -> {
        singles.checkBox(rs1(d), miss);
        singles.checkBox(rs2(d), miss);
        sign(d, opcode - Opcode.FSGNJ_S, SINGLE_SIGN);
      }
      default -> {
        if (opcode < Opcode.FADD_D) {
          singles.emit(instruction, miss);
        } else {
          doublePrecision(d, opcode, miss);
        }
      }
    }
  }

  /** The first operand with the sign of the second (0), its opposite (1) or both (2). */
  private void sign(long d, int kind, long bit) {
    if (bit == SIGN && rs1(d) == rs2(d)) {
      frame.pushDouble(rs1(d));
      switch (kind) {
        case 1 -> code.op(Bytecode.DNEG);
        case 2 -> code.invoke(Bytecode.INVOKESTATIC, MATH, "abs", "(D)D");
        default -> {}
      }
      frame.popDouble(rd(d));
      return;
    }
    frame.pushBits(rs1(d));
    code.pushLong(~bit);
    code.op(Bytecode.LAND);
    frame.pushBits(rs2(d));
    if (kind == 1) {
      code.pushLong(-1);
      code.op(Bytecode.LXOR);
    } else if (kind == 2) {
      frame.pushBits(rs1(d));
      code.op(Bytecode.LXOR);
    }
    code.pushLong(bit);
    code.op(Bytecode.LAND);
    code.op(Bytecode.LOR);
    frame.popBits(rd(d));
  }

  private void doublePrecision(long d, int opcode, Label miss) {
    int a = rs1(d);
    int b = rs2(d);
    switch (opcode) {
      case Opcode.FADD_D -> sum(d, Bytecode.DADD, false, miss);
      case Opcode.FSUB_D -> sum(d, Bytecode.DSUB, true, miss);
      case Opcode.FMUL_D -> {
        result(d, Bytecode.DMUL);
        Label zero = new Label();
        checkRange(zero, miss);
        exactness.product(() -> frame.pushDouble(a), () -> frame.pushDouble(b), miss);
        acceptZeroOf(zero, miss, a, b);
        finish(d);
      }
      case Opcode.FDIV_D -> {
        result(d, Bytecode.DDIV);
        Label zero = new Label();
        checkRange(zero, miss);
        exactness.quotient(() -> frame.pushDouble(a), () -> frame.pushDouble(b), miss);
        acceptZeroOf(zero, miss, a);
        finish(d);
      }
      case Opcode.FSQRT_D -> {
        frame.pushDouble(a);
        code.invoke(Bytecode.INVOKESTATIC, MATH, "sqrt", "(D)D");
        code.local(Bytecode.DSTORE, DOUBLE_R);
        Label zero = new Label();
        checkRange(zero, miss);
        exactness.root(() -> frame.pushDouble(a), miss);
        acceptZeroOf(zero, miss, a);
        finish(d);
      }
      case Opcode.FMADD_D, Opcode.FMSUB_D, Opcode.FNMSUB_D, Opcode.FNMADD_D ->
          fused(d, opcode, miss);
      case Opcode.FMIN_D, Opcode.FMAX_D -> extreme(d, opcode == Opcode.FMIN_D, miss);
      case Opcode.FLE_D -> compare(d, Bytecode.DCMPG, Bytecode.IFLE, false, miss);
      case Opcode.FLT_D -> compare(d, Bytecode.DCMPG, Bytecode.IFLT, false, miss);
      case Opcode.FEQ_D -> compare(d, Bytecode.DCMPL, Bytecode.IFEQ, true, miss);
      case Opcode.FCVT_W_D -> toInteger(d, true, miss);
      case Opcode.FCVT_L_D -> toInteger(d, false, miss);
      case Opcode.FCVT_D_W -> {
        frame.pushX(a);
        code.op(Bytecode.L2I);
        code.op(Bytecode.I2D);
        frame.popDouble(rd(d));
      }
      case Opcode.FCVT_D_WU -> {
        frame.pushX(a);
        code.pushLong(0xffffffffL);
        code.op(Bytecode.LAND);
        code.op(Bytecode.L2D);
        frame.popDouble(rd(d));
      }
      case Opcode.FCVT_D_L -> {
        frame.pushX(a);
        code.op(Bytecode.L2D);
        code.local(Bytecode.DSTORE, DOUBLE_R);
        Label exact = unlessInexact();
        frame.pushX(a);
        code.local(Bytecode.DLOAD, DOUBLE_R);
        code.invoke(Bytecode.INVOKESTATIC, FLOATS, "exactConversion", "(JD)Z");
        code.jump(Bytecode.IFEQ, miss);
        code.bind(exact);
        finish(d);
      }
      case Opcode.FCVT_S_D -> singles.narrow(d, miss);
      case Opcode.FCVT_D_S -> singles.widen(d, miss);
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private void result(long d, int operation) {
    frame.pushDouble(rs1(d));
    frame.pushDouble(rs2(d));
    code.op(operation);
    code.local(Bytecode.DSTORE, DOUBLE_R);
  }

  private void finish(long d) {
    code.local(Bytecode.DLOAD, DOUBLE_R);
    frame.popDouble(rd(d));
  }

  private void pushAbsolute() {
    code.local(Bytecode.DLOAD, DOUBLE_R);
    code.invoke(Bytecode.INVOKESTATIC, MATH, "abs", "(D)D");
  }

  /** No sum is inexact for being small. */
  private void sum(long d, int operation, boolean negated, Label miss) {
    result(d, operation);
    pushAbsolute();
    code.pushDouble(0x1p1023);
    code.op(Bytecode.DCMPG);
    code.jump(Bytecode.IFGE, miss);
    exactness.sum(
        () -> frame.pushDouble(rs1(d)),
        () -> {
          frame.pushDouble(rs2(d));
          if (negated) {
            code.op(Bytecode.DNEG);
          }
        },
        miss);
    finish(d);
  }

  /** Skips what follows, up to the label, once inexact results have accrued. */
  private Label unlessInexact() {
    Label exact = new Label();
    code.local(Bytecode.ILOAD, INEXACT);
    code.jump(Bytecode.IFNE, exact);
    return exact;
  }

  private void checkRange(Label small, Label miss) {
    pushAbsolute();
    code.local(Bytecode.DSTORE, DOUBLE_A);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.pushDouble(Double.MIN_NORMAL);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFLE, small);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.pushDouble(Double.MAX_VALUE);
    code.op(Bytecode.DCMPG);
    code.jump(Bytecode.IFGT, miss);
  }

  /** A zero because one of some operands is zero is exact; any other small result is not used. */
  private void acceptZeroOf(Label small, Label miss, int... operands) {
    Label accepted = new Label();
    code.jump(Bytecode.GOTO, accepted);
    code.bind(small);
    code.local(Bytecode.DLOAD, DOUBLE_R);
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
    for (int i = 0; i < operands.length; i++) {
      frame.pushDouble(operands[i]);
      code.op(Bytecode.DCONST_0);
      code.op(Bytecode.DCMPL);
      boolean last = i == operands.length - 1;
      code.jump(last ? Bytecode.IFNE : Bytecode.IFEQ, last ? miss : accepted);
    }
    code.bind(accepted);
  }

  private void fused(long d, int opcode, Label miss) {
    boolean negateProduct = opcode == Opcode.FNMSUB_D || opcode == Opcode.FNMADD_D;
    boolean negateAddend = opcode == Opcode.FMSUB_D || opcode == Opcode.FNMADD_D;
    Runnable first = () -> push(rs1(d), negateProduct);
    Runnable second = () -> push(rs2(d), false);
    Runnable addend = () -> push(immediate(d) >>> 3, negateAddend);
    first.run();
    second.run();
    addend.run();
    code.invoke(Bytecode.INVOKESTATIC, MATH, "fma", "(DDD)D");
    code.local(Bytecode.DSTORE, DOUBLE_R);
    Label zero = new Label();
    Label done = new Label();
    checkRange(zero, miss);
    code.local(Bytecode.ILOAD, INEXACT);
    code.jump(Bytecode.IFNE, done);
    Label check = new Label();
    code.bind(check);
    exactness.fused(first, second, addend, miss);
    code.jump(Bytecode.GOTO, done);
    code.bind(zero);
    code.local(Bytecode.DLOAD, DOUBLE_R);
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFEQ, check);
    code.jump(Bytecode.GOTO, miss);
    code.bind(done);
    finish(d);
  }

  private void push(int register, boolean negated) {
    frame.pushDouble(register);
    if (negated) {
      code.op(Bytecode.DNEG);
    }
  }

  private void pushCompared(long d, int operation) {
    frame.pushDouble(rs1(d));
    frame.pushDouble(rs2(d));
    code.op(operation);
  }

  private void extreme(long d, boolean least, Label miss) {
    Label first = new Label();
    Label second = new Label();
    Label done = new Label();
    pushCompared(d, Bytecode.DCMPG);
    code.jump(Bytecode.IFLT, least ? first : second);
    pushCompared(d, Bytecode.DCMPL);
    code.jump(Bytecode.IFGT, least ? second : first);
    pushCompared(d, Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss); // One is not a number.
    frame.pushDouble(rs1(d));
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFEQ, miss); // Zeros may differ in sign.
    code.bind(first);
    frame.pushDouble(rs1(d));
    frame.popDouble(rd(d));
    code.jump(Bytecode.GOTO, done);
    code.bind(second);
    frame.pushDouble(rs2(d));
    frame.popDouble(rd(d));
    code.bind(done);
  }

  private void compare(long d, int operation, int condition, boolean equality, Label miss) {
    Label yes = new Label();
    Label no = new Label();
    Label done = new Label();
    pushCompared(d, operation);
    code.jump(condition, yes);
    if (equality) {
      pushCompared(d, Bytecode.DCMPG);
      code.jump(Bytecode.IFLT, no);
    }
    pushCompared(d, Bytecode.DCMPL);
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

  private void toInteger(long d, boolean word, Label miss) {
    frame.pushDouble(rs1(d));
    code.local(Bytecode.DSTORE, DOUBLE_A);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.pushDouble(word ? -0x1.00000002p31 : -0x1p63);
    code.op(Bytecode.DCMPL);
    code.jump(word ? Bytecode.IFLE : Bytecode.IFLT, miss);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.pushDouble(word ? 0x1p31 : 0x1p63);
    code.op(Bytecode.DCMPG);
    code.jump(Bytecode.IFGE, miss);
    Label exact = unlessInexact();
    pushInteger(word);
    code.op(Bytecode.L2D);
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
    code.bind(exact);
    pushInteger(word);
    frame.popX(rd(d));
  }

  private void pushInteger(boolean word) {
    code.local(Bytecode.DLOAD, DOUBLE_A);
    if (word) {
      code.op(Bytecode.D2I);
      code.op(Bytecode.I2L);
    } else {
      code.op(Bytecode.D2L);
    }
  }
}
