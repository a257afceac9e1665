package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs2;

import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;

/**
 * Division in place: a quotient by zero is all ones, a remainder the dividend (unprivileged manual,
 * table 11). In a region as long as most are, the JVM's compiler takes in no method that would do
 * it, but makes one instruction of each operation here.
 */
final class DivisionEmitter {
  private static final String LONGS = "(JJ)J";
  private static final String WORDS = "(II)I";

  private final RegionFrame frame;
  private final ClassBytes code;

  DivisionEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
  }

  /** Pushes a quotient or a remainder. */
  void emit(long d, int opcode) {
    boolean word =
        switch (opcode) {
          case Opcode.DIVW, Opcode.DIVUW, Opcode.REMW, Opcode.REMUW -> true;
          default -> false;
        };
    Label zero = new Label();
    Label done = new Label();
    push(rs2(d), word);
    if (!word) {
      code.pushLong(0);
      code.op(Bytecode.LCMP);
    }
    code.jump(Bytecode.IFEQ, zero);
    push(rs1(d), word);
    push(rs2(d), word);
    divide(opcode);
    keep(word);
    code.jump(Bytecode.GOTO, done);
    code.bind(zero);
    switch (opcode) {
      case Opcode.DIV, Opcode.DIVU, Opcode.DIVW, Opcode.DIVUW -> {
        code.pushLong(-1);
        keep(false);
      }
      default -> {
        push(rs1(d), word);
        keep(word);
      }
    }
    code.bind(done);
    code.local(Bytecode.LLOAD, RegionFrame.RESULT);
  }

  private void push(int register, boolean word) {
    if (word) {
      frame.pushWord(register);
    } else {
      frame.pushX(register);
    }
  }

  private void divide(int opcode) {
    switch (opcode) {
      case Opcode.DIV -> code.op(Bytecode.LDIV);
      case Opcode.DIVU -> call("java/lang/Long", "divideUnsigned", LONGS);
      case Opcode.REM -> code.op(Bytecode.LREM);
      case Opcode.REMU -> call("java/lang/Long", "remainderUnsigned", LONGS);
      case Opcode.DIVW -> code.op(Bytecode.IDIV);
      case Opcode.DIVUW -> call("java/lang/Integer", "divideUnsigned", WORDS);
      case Opcode.REMW -> code.op(Bytecode.IREM);
      case Opcode.REMUW -> call("java/lang/Integer", "remainderUnsigned", WORDS);
      default -> throw new IllegalArgumentException(Opcode.name(opcode));
    }
  }

  private void call(String owner, String name, String descriptor) {
    code.invoke(Bytecode.INVOKESTATIC, owner, name, descriptor);
  }

  private void keep(boolean word) {
    if (word) {
      code.op(Bytecode.I2L);
    }
    code.local(Bytecode.LSTORE, RegionFrame.RESULT);
  }
}
