package org.xenoserver.vmm.sbi;

import org.xenoserver.vmm.riscv.Hart;

/** One call: the calling hart, the function (a6) and the arguments (a0 to a5). */
record SbiCall(Hart hart, int function) {
  private static final int A0 = 10;

  /** An argument, 0 to 5. */
  long argument(int number) {
    return hart.register(A0 + number);
  }
}
