package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_A;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_P;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.DOUBLE_R;
import static org.xenoserver.vmm.riscv.translator.RegionFrame.INEXACT;

import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;

/**
 * Tells whether the double in {@link RegionFrame#DOUBLE_R} is exactly what an operation gives, and
 * goes to a miss if not, for as long as the inexact flag has not accrued.
 *
 * <p>By error terms: a sum's is computed exactly by six operations (Knuth, "The Art of Computer
 * Programming", 4.2.2, theorem B), the others' by a fused multiply-add, where it cannot underflow.
 * Operands are given by what pushes them.
 */
final class Exactness {
  private static final String MATH = "java/lang/Math";

  /** Below this an error term might underflow. */
  private static final double SMALL = 0x1p-900;

  private final ClassBytes code;

  Exactness(RegionFrame frame) {
    this.code = frame.code;
  }

  private Label unlessInexact() {
    Label exact = new Label();
    code.local(Bytecode.ILOAD, INEXACT);
    code.jump(Bytecode.IFNE, exact);
    return exact;
  }

  private void missUnlessZero(Label miss) {
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, miss);
  }

  private void missUnlessLarge(Runnable operand, Label miss) {
    operand.run();
    code.invoke(Bytecode.INVOKESTATIC, MATH, "abs", "(D)D");
    code.pushDouble(SMALL);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFLE, miss);
  }

  private void pushResult() {
    code.local(Bytecode.DLOAD, DOUBLE_R);
  }

  private void fma() {
    code.invoke(Bytecode.INVOKESTATIC, MATH, "fma", "(DDD)D");
  }

  void sum(Runnable a, Runnable b, Label miss) {
    Label exact = unlessInexact();
    sumError(a, b, miss);
    code.bind(exact);
  }

  /** As {@link #sum}, whatever has accrued. */
  void sumError(Runnable a, Runnable b, Label miss) {
    pushResult();
    a.run();
    code.op(Bytecode.DSUB);
    code.local(Bytecode.DSTORE, DOUBLE_A);
    b.run();
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.DSUB);
    a.run();
    pushResult();
    code.local(Bytecode.DLOAD, DOUBLE_A);
    code.op(Bytecode.DSUB);
    code.op(Bytecode.DSUB);
    code.op(Bytecode.DADD);
    missUnlessZero(miss);
  }

  void product(Runnable a, Runnable b, Label miss) {
    Label exact = unlessInexact();
    missUnlessLarge(this::pushResult, miss);
    a.run();
    b.run();
    pushResult();
    code.op(Bytecode.DNEG);
    fma();
    missUnlessZero(miss);
    code.bind(exact);
  }

  void quotient(Runnable a, Runnable b, Label miss) {
    Label exact = unlessInexact();
    missUnlessLarge(a, miss);
    pushResult();
    code.op(Bytecode.DNEG);
    b.run();
    a.run();
    fma();
    missUnlessZero(miss);
    code.bind(exact);
  }

  void root(Runnable a, Label miss) {
    Label exact = unlessInexact();
    missUnlessLarge(a, miss);
    pushResult();
    code.op(Bytecode.DNEG);
    pushResult();
    a.run();
    fma();
    missUnlessZero(miss);
    code.bind(exact);
  }

  /** Whatever has accrued: a result of zero must be exact not to have underflowed. */
  void fused(Runnable a, Runnable b, Runnable addend, Label miss) {
    Label productIsExact = new Label();
    Label nonzero = new Label();
    a.run();
    b.run();
    code.op(Bytecode.DMUL);
    code.local(Bytecode.DSTORE, DOUBLE_P);
    code.local(Bytecode.DLOAD, DOUBLE_P);
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFNE, nonzero);
    a.run();
    code.op(Bytecode.DCONST_0);
    code.op(Bytecode.DCMPL);
    code.jump(Bytecode.IFEQ, productIsExact);
    b.run();
    missUnlessZero(miss);
    code.jump(Bytecode.GOTO, productIsExact);
    code.bind(nonzero);
    missUnlessLarge(() -> code.local(Bytecode.DLOAD, DOUBLE_P), miss);
    a.run();
    b.run();
    code.local(Bytecode.DLOAD, DOUBLE_P);
    code.op(Bytecode.DNEG);
    fma();
    missUnlessZero(miss);
    code.bind(productIsExact);
    sumError(() -> code.local(Bytecode.DLOAD, DOUBLE_P), addend, miss);
  }
}
