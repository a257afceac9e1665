package org.xenoserver.vmm.riscv;

/** Privilege levels (privileged manual, table 1). */
final class Privilege {
  static final int USER = 0;
  static final int SUPERVISOR = 1;
  static final int MACHINE = 3;

  private Privilege() {}
}
