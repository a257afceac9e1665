package org.xenoserver.vmm.riscv;

/** What answers an ECALL from S-mode when no firmware does: the SBI implementation. */
@FunctionalInterface
public interface SupervisorEnvironment {
  /**
   * Answers a call: arguments and results are in the hart's registers (a7 extension, a6 function,
   * a0 to a5 arguments; a0 error and a1 value on return). Called on the hart's thread.
   */
  void call(Hart hart);
}
