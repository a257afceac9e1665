package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.translator.RegionFrame.ADDRESS;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.BASE;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.HART_SLOT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.LEFT;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.REGION;
import static org.xenoserver.vmm.riscv.translator.WaysOut.DISPATCH;

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
    pushReturnAddress(next);
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "call", "(L" + HART + ";IJ)I");
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
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "findCallee", "(L" + HART + ";I)Z");
    code.jump(Bytecode.IFEQ, notFound);
    code.local(Bytecode.ALOAD, HART_SLOT);
    code.local(Bytecode.ILOAD, LEFT);
    code.local(Bytecode.LLOAD, ADDRESS);
    pushReturnAddress(next);
    frame.pushHartField("executedInCalls", "I");
    frame.pushHartField("calleeContext", "J");
    frame.pushHartField("callee", "L" + REGION + ";");
    code.local(Bytecode.ALOAD, HART_SLOT);
    frame.pushHartField("calleeBase", "J");
    frame.pushHartField("calleeEntry", "I");
    code.local(Bytecode.ILOAD, LEFT);
    code.invoke(Bytecode.INVOKEVIRTUAL, REGION, "run", "(L" + HART + ";JII)I");
    code.invoke(Bytecode.INVOKESTATIC, DISPATCH, "afterCallee", "(L" + HART + ";IJJIJI)I");
  }

  private void pushReturnAddress(int next) {
    code.local(Bytecode.LLOAD, BASE);
    code.pushLong(2L * next);
    code.op(Bytecode.LADD);
  }
}
