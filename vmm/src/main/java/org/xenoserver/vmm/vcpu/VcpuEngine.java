package org.xenoserver.vmm.vcpu;

/**
 * One virtual processor as an execution engine provides it: the software RISC-V hart, later a KVM
 * vCPU. It owns no thread; physical processors call {@link #run} from whichever thread is theirs,
 * one at a time.
 *
 * <p>{@link #preempt}, {@link #isRunnable} and {@link #timerDeadlineNs} are called while the
 * scheduler's lock is held: they take no lock that is held where the {@link #onWake} callback is
 * called, and do not call it. Whoever makes a vCPU runnable does so before calling back.
 */
public interface VcpuEngine {
  /**
   * Runs the guest on the calling thread until the deadline, a {@link #preempt}, or until it waits.
   *
   * @param deadlineNs end of the slice on the domain's monotonic clock
   */
  VcpuExit run(long deadlineNs);

  /**
   * Asks a running {@link #run} to return soon; if none runs, the next one returns at once. Safe
   * from any thread.
   */
  void preempt();

  /**
   * Whether the vCPU would make progress if run now: not stopped, and not waiting or an interrupt
   * is pending that ends its wait. Safe from any thread while the vCPU is not running.
   */
  boolean isRunnable();

  /**
   * When a waiting vCPU must be woken for its own timer, on the monotonic clock, or {@link
   * Long#MAX_VALUE} for never. Meaningful while the vCPU is not running.
   */
  long timerDeadlineNs();

  /**
   * Sets what to call, from any thread, when something happened (interrupt, IPI, start by another
   * vCPU) that may make a waiting or stopped vCPU runnable. Called once, before the first run.
   */
  void onWake(Runnable wake);

  /** Instructions retired so far, exact while the vCPU is not running. Safe from any thread. */
  long retiredInstructions();
}
