package org.xenoserver.vmm.scheduler.cpu;

import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.SchedulingSpec;

/**
 * Decides which vCPU each processor runs next and for how long. A pure data structure: it owns no
 * thread, reads no clock and expects its caller to serialise the calls, so that hours can be
 * simulated in a test.
 *
 * <p>A vCPU is in one of three places: off the queues, waiting in the queue of one processor, or
 * running on it. Times are nanoseconds of one monotonic clock.
 *
 * @param <V> what stands for a vCPU; used as a key
 */
public interface CpuScheduler<V> {
  /** How a vCPU came back from a processor. */
  enum Outcome {
    /** It could go on at once and waits in the queue again. */
    RUNNABLE,
    /** As {@link #RUNNABLE}, but it gains nothing from running now: others go first, once. */
    YIELDED,
    /** It is off the queues. */
    BLOCKED
  }

  /** A way to schedule, as chosen for a pool of processors. */
  @FunctionalInterface
  interface Policy {
    /** A scheduler for processors 0 to {@code processors - 1}. */
    <V> CpuScheduler<V> schedulerFor(int processors);
  }

  /** Takes a vCPU in, off the queues, at home on a processor. */
  void admit(V vcpu, SchedulingSpec parameters, int processor);

  /** Drops a vCPU that is off the queues. */
  void forget(V vcpu);

  /** Puts a vCPU that was off the queues into the queue of a processor. */
  void enqueue(V vcpu, int processor, long nowNs);

  /** Takes a waiting vCPU off its queue. */
  void withdraw(V vcpu);

  /** Takes the vCPU that a processor should run now off its queue, or null if none waits there. */
  @Nullable V next(int processor, long nowNs);

  /** How long the vCPU running on a processor may run from its start, given who waits now. */
  long sliceNs(int processor);

  /** Accounts for a run that ended now. */
  void charge(V vcpu, long ranNs, Outcome outcome, long nowNs);

  /**
   * Moves one waiting vCPU from the longest other queue to that of a processor.
   *
   * @return whether there was one
   */
  boolean steal(int processor, long nowNs);

  /** How many vCPUs wait in the queue of a processor. */
  int queued(int processor);
}
