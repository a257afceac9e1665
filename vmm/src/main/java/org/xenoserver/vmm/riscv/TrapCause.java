package org.xenoserver.vmm.riscv;

/** Exception codes (privileged manual, table 14) and interrupt numbers. */
final class TrapCause {
  static final int NONE = -1;
  static final int FETCH_ACCESS_FAULT = 1;
  static final int ILLEGAL_INSTRUCTION = 2;
  static final int BREAKPOINT = 3;
  static final int LOAD_MISALIGNED = 4;
  static final int LOAD_ACCESS_FAULT = 5;
  static final int STORE_MISALIGNED = 6;
  static final int STORE_ACCESS_FAULT = 7;
  static final int ECALL_FROM_U = 8;
  static final int ECALL_FROM_S = 9;
  static final int ECALL_FROM_M = 11;
  static final int FETCH_PAGE_FAULT = 12;
  static final int LOAD_PAGE_FAULT = 13;
  static final int STORE_PAGE_FAULT = 15;

  private TrapCause() {}
}
