package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.translator.RegionFrame.ADDRESS;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DISPATCH;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART_SLOT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.JUMP;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.LEFT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.THIS;

import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;

/**
 * Writes a call out of an optimised region: registers are written back, the callee is run, and if
 * it returned the registers are loaded again, in place, so that the code after the call follows as
 * it does in the guest.
 */
final class CallEmitter {
  private final RegionFrame frame;
  private final ClassBytes code;

  CallEmitter(RegionFrame frame) {
    this.frame = frame;
    this.code = frame.code;
  }

  /**
   * Calls what is at the address in {@link RegionFrame#ADDRESS}; the region is left if that does
   * not return to it.
   *
   * @param direct whether the callee is the same every time
   * @param next where the region goes on
   * @param dirty registers that may have been changed
   */
  void call(boolean direct, int next, long dirty) {
    frame.store(frame.writtenBack(dirty));
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.LLOAD, ADDRESS);
    code.field(Bytecode.PUTFIELD, HART, "pc", "J");
    Label called = new Label();
    if (direct) {
      Label notFound = new Label();
      runCallee(next, notFound);
      code.local(Bytecode.ISTORE, LEFT);
      code.jump(Bytecode.GOTO, called);
      code.bind(notFound);
    }
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.ILOAD, LEFT);
    frame.pushAddress(next);
    code.local(Bytecode.ALOAD, THIS);
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "call", "(L" + HART + ";IJL" + JUMP + ";)I");
    code.local(Bytecode.ISTORE, LEFT);
    code.bind(called);
    Label returned = new Label();
    frame.pushHartField("returned", "Z");
    code.jump(Bytecode.IFNE, returned);
    code.local(Bytecode.ILOAD, LEFT);
    code.op(Bytecode.IRETURN);
    code.bind(returned);
    frame.reload();
  }

  /** Runs the callee's region, if it is known, and pushes what is left. */
  private void runCallee(int next, Label notFound) {
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.ILOAD, LEFT);
    code.local(Bytecode.ALOAD, THIS);
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "findCallee", "(L" + HART + ";IL" + JUMP + ";)Z");
    code.jump(Bytecode.IFEQ, notFound);
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.ILOAD, LEFT);
    pushCallee();
    pushCallee("context", "J");
    frame.pushAddress(next);
    frame.pushHartField("executedInCalls", "I");
    pushCallee();
    code.local(Bytecode.ALOAD, HART_SLOT);
    pushCallee("base", "J");
    pushCallee("entry", "I");
    code.local(Bytecode.ILOAD, LEFT);
    code.invoke(Bytecode.INVOKEVIRTUAL, JUMP, "run", "(L" + HART + ";JII)I");
    code.invoke(
        Bytecode.INVOKESTATIC, DISPATCH, "afterCallee", "(L" + HART + ";IL" + JUMP + ";JJII)I");
  }

  private void pushCallee() {
    frame.pushHartField("callee", "L" + JUMP + ";");
  }

  private void pushCallee(String field, String descriptor) {
    pushCallee();
    code.field(Bytecode.GETFIELD, JUMP, field, descriptor);
  }
}
