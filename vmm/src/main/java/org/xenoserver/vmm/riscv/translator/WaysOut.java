package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.translator.RegionFrame.ADDRESS;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.BASE;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DISPATCH;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.ENTRY;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART_SLOT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.JUMP;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.RESULT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.THIS;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;

/**
 * The ways out of a region. On each, those registers are written back that may have been changed
 * since it was entered; each set of them has code of its own, shared by all that leave with it.
 */
final class WaysOut {
  // Values of the hart's interpretNext.
  private static final int INTERPRET = 1;
  private static final int LOOK_AT_INTERRUPTS = 2;

  private static final int MOST = 24;

  private enum Leaving {
    FOR_ANOTHER_REGION,
    FOR_THE_INTERPRETER,
    FOR_INTERRUPTS,
    BY_CALL,
    BY_SUPERVISOR_RETURN,
    BY_MACHINE_RETURN,
    BY_ADDRESS,
    BY_NESTED_CALL
  }

  private record Stub(long dirty, Leaving leaving) {}

  private record Miss(Label label, int undone, int place, long dirty) {}

  private final RegionFrame frame;
  private final ClassBytes code;
  private final long written;
  private final Map<Stub, Label> stubs = new LinkedHashMap<>();
  private final List<Miss> misses = new ArrayList<>();
  private final List<Miss> interruptions = new ArrayList<>();

  /** The entries that what is called comes back to. */
  private final SortedSet<Integer> comeBack = new TreeSet<>();

  /**
   * None yet.
   *
   * @param written registers the region writes
   */
  WaysOut(RegionFrame frame, long written) {
    this.frame = frame;
    this.code = frame.code;
    this.written = written;
  }

  /**
   * A label for when the interpreter must execute an instruction.
   *
   * @param undone instructions of the block, from this one on, that were counted already
   */
  Label miss(int place, int undone, long dirty) {
    Label label = new Label();
    misses.add(new Miss(label, undone, place, dirty));
    return label;
  }

  /** A label for when an interrupt comes before the instruction at a place. */
  Label interrupted(int place, long dirty) {
    Label label = new Label();
    interruptions.add(new Miss(label, 0, place, dirty));
    return label;
  }

  /** Leaves for the interpreter, which must execute the instruction at a place. */
  void stop(int place, long dirty) {
    leaveFor(place, new Stub(dirty, Leaving.FOR_THE_INTERPRETER));
  }

  /** Leaves because an interrupt comes before the instruction at a place. */
  private void leaveForInterrupts(int place, long dirty) {
    leaveFor(place, new Stub(dirty, Leaving.FOR_INTERRUPTS));
  }

  /** Leaves by ECALL, SRET or MRET at a place. */
  void leaveBySystem(int opcode, int place, long dirty) {
    Leaving leaving =
        switch (opcode) {
          case Opcode.ECALL -> Leaving.BY_CALL;
          case Opcode.SRET -> Leaving.BY_SUPERVISOR_RETURN;
          default -> Leaving.BY_MACHINE_RETURN;
        };
    leaveFor(place, new Stub(dirty, leaving));
  }

  /** Leaves for whatever is at a place. */
  void leave(int place, long dirty) {
    leaveFor(place, new Stub(dirty, Leaving.FOR_ANOTHER_REGION));
  }

  private void leaveFor(int place, Stub stub) {
    code.pushInt(2 * place);
    code.local(Bytecode.ISTORE, ENTRY);
    code.jump(Bytecode.GOTO, label(stub));
  }

  /**
   * Calls what is at the address in {@link RegionFrame#ADDRESS}, to come back to an entry.
   *
   * @param entry which of the entries
   * @param place where that is
   */
  void call(int entry, int place, long dirty) {
    comeBack.add(entry);
    frame.pushAddress(place);
    code.local(Bytecode.LSTORE, RESULT);
    code.pushInt(entry);
    code.local(Bytecode.ISTORE, ENTRY);
    code.jump(Bytecode.GOTO, label(new Stub(dirty, Leaving.BY_NESTED_CALL)));
  }

  /** Leaves for the address in {@link RegionFrame#ADDRESS}. */
  void leaveByAddress(long dirty) {
    code.jump(Bytecode.GOTO, label(new Stub(dirty, Leaving.BY_ADDRESS)));
  }

  private Label label(Stub stub) {
    Stub exact = new Stub(frame.writtenBack(stub.dirty), stub.leaving);
    Label known = stubs.get(exact);
    if (known != null) {
      return known;
    }
    Stub made = stubs.size() < MOST ? exact : new Stub(frame.writtenBack(written), stub.leaving);
    return stubs.computeIfAbsent(made, s -> new Label());
  }

  /** Writes all of them; the region's blocks are complete. */
  void write() {
    for (Miss miss : misses) {
      if (miss.label.isUsed()) {
        code.bind(miss.label);
        frame.takeFromLeft(-miss.undone);
        stop(miss.place, miss.dirty);
      }
    }
    for (Miss interruption : interruptions) {
      code.bind(interruption.label);
      leaveForInterrupts(interruption.place, interruption.dirty);
    }
    stubs.forEach(this::writeBack);
    if (!comeBack.isEmpty()) {
      frame.comeBack(comeBack.stream().mapToInt(entry -> entry).toArray());
    }
    if (frame.unusable.isUsed()) {
      code.bind(frame.unusable);
      leaveTo(INTERPRET);
    }
  }

  private void writeBack(Stub stub, Label label) {
    code.bind(label);
    frame.store(stub.dirty);
    code.local(Bytecode.ALOAD, HART_SLOT);
    if (stub.leaving == Leaving.BY_ADDRESS || stub.leaving == Leaving.BY_NESTED_CALL) {
      code.local(Bytecode.LLOAD, ADDRESS);
    } else {
      code.local(Bytecode.LLOAD, BASE);
      code.local(Bytecode.ILOAD, ENTRY);
      code.op(Bytecode.I2L);
      code.op(Bytecode.LADD);
    }
    code.field(Bytecode.PUTFIELD, HART, "pc", "J");
    switch (stub.leaving) {
      case FOR_THE_INTERPRETER -> leaveTo(INTERPRET);
      case FOR_INTERRUPTS -> leaveTo(LOOK_AT_INTERRUPTS);
      case BY_CALL -> leaveBy("environmentCall");
      case BY_SUPERVISOR_RETURN -> leaveBy("returnFromSupervisor");
      case BY_MACHINE_RETURN -> leaveBy("returnFromMachine");
      case FOR_ANOTHER_REGION, BY_ADDRESS -> {
        frame.pushLeft();
        code.op(Bytecode.IRETURN);
      }
      case BY_NESTED_CALL -> callNested();
    }
  }

  private void callNested() {
    code.local(Bytecode.ALOAD, HART_SLOT);
    frame.pushLeft();
    code.local(Bytecode.LLOAD, RESULT);
    code.local(Bytecode.ALOAD, THIS);
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "call", "(L" + HART + ";IJL" + JUMP + ";)I");
    frame.popLeft();
    frame.pushHartField("returned", "Z");
    code.jump(Bytecode.IFNE, frame.returned);
    frame.pushLeft();
    code.op(Bytecode.IRETURN);
  }

  private void leaveBy(String name) {
    code.local(Bytecode.ALOAD, HART_SLOT);
    frame.pushLeft();
    code.invoke(Bytecode.INVOKESTATIC, SystemEmitter.SYSTEM, name, "(L" + HART + ";I)I");
    code.op(Bytecode.IRETURN);
  }

  private void leaveTo(int next) {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.pushInt(next);
    code.field(Bytecode.PUTFIELD, HART, "interpretNext", "I");
    frame.pushLeft();
    code.op(Bytecode.IRETURN);
  }
}
