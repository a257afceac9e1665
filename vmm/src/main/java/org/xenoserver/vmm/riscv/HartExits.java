package org.xenoserver.vmm.riscv;

/**
 * How often a hart left plain execution, by reason. Written by the hart's thread alone; a reader on
 * another thread sees figures that only grow, perhaps a moment old.
 */
public final class HartExits {
  volatile long mmio;
  volatile long sbi;
  volatile long waiting;
  volatile long preempted;
  volatile long stopped;
  volatile long traps;
  volatile long interrupts;

  /** Accesses to device registers. */
  public long mmio() {
    return mmio;
  }

  /** Calls the VMM answered as SBI. */
  public long sbi() {
    return sbi;
  }

  /** Waits for an interrupt that gave the processor back. */
  public long waiting() {
    return waiting;
  }

  /** Slices that ended or were cut short. */
  public long preempted() {
    return preempted;
  }

  /** Times the guest stopped the hart. */
  public long stopped() {
    return stopped;
  }

  /** Exceptions taken by the guest. */
  public long traps() {
    return traps;
  }

  /** Interrupts taken by the guest. */
  public long interrupts() {
    return interrupts;
  }
}
