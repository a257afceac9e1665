package org.xenoserver.vmm.vcpu;

/** Why a vCPU gave its processor back. */
public enum VcpuExit {
  /**
   * Its slice ended or it was preempted; it could go on at once. Coming back before the deadline
   * without having been asked is a yield (a vCPU that spins for another): others go first.
   */
  PREEMPTED,
  /** It waits for an interrupt (WFI, HLT): off the run queues until it is woken. */
  WAITING,
  /** It was stopped by the guest (SBI HSM, machine halted): off the run queues until started. */
  STOPPED
}
