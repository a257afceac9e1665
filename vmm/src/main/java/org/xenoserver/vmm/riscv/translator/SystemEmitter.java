package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.opcode;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.Csr;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * The CSRs that trap handlers use all the time: plain ones are fields, the time is read, and
 * sstatus is written with its consequences.
 */
final class SystemEmitter {
  static final String SYSTEM = "org/xenoserver/vmm/riscv/RegionSystem";
  private static final String HARTS = "(L" + RegionFrame.HART + ";)";
  private static final int IF_ICMPLT = 161;

  private static final Map<Integer, String> FIELDS =
      Map.of(
          Csr.SSCRATCH, "sscratch",
          Csr.SEPC, "sepc",
          Csr.SCAUSE, "scause",
          Csr.STVAL, "stval",
          Csr.MSCRATCH, "mscratch",
          Csr.MEPC, "mepc",
          Csr.MCAUSE, "mcause",
          Csr.MTVAL, "mtval");

  private final RegionFrame frame;
  private final ClassBytes code;

  SystemEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
  }

  private static boolean isCsr(int opcode) {
    return opcode >= Opcode.CSRRW && opcode <= Opcode.CSRRCI;
  }

  private static boolean writes(long d) {
    return opcode(d) == Opcode.CSRRW || opcode(d) == Opcode.CSRRWI || rs1(d) != 0;
  }

  /** Whether a region executes a system instruction itself. */
  static boolean handles(long d) {
    int opcode = opcode(d);
    if (!isCsr(opcode)) {
      return Translatable.leaves(opcode);
    }
    int number = immediate(d);
    return FIELDS.containsKey(number) || number == Csr.SSTATUS || number == Csr.TIME && !writes(d);
  }

  /** Whether an instruction reads or writes sstatus, which says what floating point is. */
  static boolean touchesStatus(long d) {
    return isCsr(opcode(d)) && immediate(d) == Csr.SSTATUS;
  }

  /** A CSR instruction other than one of sstatus. */
  void emit(Instruction instruction, Label miss) {
    long d = instruction.decoded();
    int number = immediate(d);
    String field = FIELDS.get(number);
    if (field == null) {
      call("mayReadTime", HARTS + "Z");
      code.jump(Bytecode.IFEQ, miss);
      call("time", HARTS + "J");
      frame.popX(rd(d));
      return;
    }
    checkPrivilege(number, miss);
    pushField(field);
    code.local(Bytecode.LSTORE, RegionFrame.RESULT);
    if (writes(d)) {
      pushUpdated(d);
      if (number == Csr.SEPC || number == Csr.MEPC) {
        code.pushLong(~1L);
        code.op(Bytecode.LAND);
      }
      code.local(Bytecode.LSTORE, RegionFrame.ADDRESS);
      pushControl();
      code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
      code.field(Bytecode.PUTFIELD, RegionFrame.CONTROL, field, "J");
    }
    popOld(d);
  }

  /**
   * An instruction of sstatus; the interpreter's tables may be others afterwards.
   *
   * @param interrupted where to go if an interrupt comes first; null is where nothing is written
   */
  void emitStatus(Instruction instruction, Label miss, @Nullable Label interrupted) {
    long d = instruction.decoded();
    checkPrivilege(Csr.SSTATUS, miss);
    call("status", HARTS + "J");
    code.local(Bytecode.LSTORE, RegionFrame.RESULT);
    if (interrupted == null) {
      popOld(d);
      return;
    }
    pushUpdated(d);
    code.local(Bytecode.LSTORE, RegionFrame.ADDRESS);
    popOld(d);
    code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
    code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
    code.invoke(Bytecode.INVOKESTATIC, SYSTEM, "setStatus", "(L" + RegionFrame.HART + ";J)Z");
    code.jump(Bytecode.IFNE, interrupted);
    frame.loadTable();
  }

  /** Whether an instruction of sstatus writes it. */
  static boolean writesStatus(long d) {
    return touchesStatus(d) && writes(d);
  }

  private void checkPrivilege(int number, Label miss) {
    code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
    code.field(Bytecode.GETFIELD, RegionFrame.HART, "privilege", "I");
    code.pushInt(number >>> 8 & 3);
    code.jump(IF_ICMPLT, miss);
  }

  private void pushControl() {
    code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
    code.field(Bytecode.GETFIELD, RegionFrame.HART, "csrs", "L" + RegionFrame.CONTROL + ";");
  }

  private void pushField(String field) {
    pushControl();
    code.field(Bytecode.GETFIELD, RegionFrame.CONTROL, field, "J");
  }

  /** Pushes what is to be written, given what was read in {@link RegionFrame#RESULT}. */
  private void pushUpdated(long d) {
    int opcode = opcode(d);
    boolean immediate = opcode >= Opcode.CSRRWI;
    int operation = immediate ? opcode - Opcode.CSRRWI : opcode - Opcode.CSRRW;
    if (operation != 0) {
      code.local(Bytecode.LLOAD, RegionFrame.RESULT);
    }
    if (immediate) {
      code.pushLong(rs1(d));
    } else {
      frame.pushX(rs1(d));
    }
    if (operation == 1) {
      code.op(Bytecode.LOR);
    } else if (operation == 2) {
      code.pushLong(-1);
      code.op(Bytecode.LXOR);
      code.op(Bytecode.LAND);
    }
  }

  private void popOld(long d) {
    if (rd(d) != SINK) {
      code.local(Bytecode.LLOAD, RegionFrame.RESULT);
      frame.popX(rd(d));
    }
  }

  private void call(String name, String descriptor) {
    code.local(Bytecode.ALOAD, RegionFrame.HART_SLOT);
    code.invoke(Bytecode.INVOKESTATIC, SYSTEM, name, descriptor);
  }
}
