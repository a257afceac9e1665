package org.xenoserver.vmm.riscv;

/** Interrupts as bits of mip and mie (privileged manual, section 3.1.9). */
public final class Interrupt {
  public static final int SUPERVISOR_SOFTWARE = 1 << 1;
  public static final int MACHINE_SOFTWARE = 1 << 3;
  public static final int SUPERVISOR_TIMER = 1 << 5;
  public static final int MACHINE_TIMER = 1 << 7;
  public static final int SUPERVISOR_EXTERNAL = 1 << 9;
  public static final int MACHINE_EXTERNAL = 1 << 11;

  static final int SUPERVISOR = SUPERVISOR_SOFTWARE | SUPERVISOR_TIMER | SUPERVISOR_EXTERNAL;
  static final int MACHINE = MACHINE_SOFTWARE | MACHINE_TIMER | MACHINE_EXTERNAL;
  static final int ALL = SUPERVISOR | MACHINE;

  /** Interrupt numbers from the highest priority to the lowest. */
  private static final int[] PRIORITY = {11, 3, 7, 9, 1, 5};

  private Interrupt() {}

  /** The number of the interrupt to take first out of a non-empty set. */
  static int first(int pending) {
    for (int number : PRIORITY) {
      if ((pending & 1 << number) != 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("no interrupt in 0x" + Integer.toHexString(pending));
  }
}
