package org.xenoserver.vmm.scheduler.cpu;

import java.util.List;
import java.util.function.Consumer;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/**
 * The physical CPUs given to domains: a fixed set of daemon threads, {@code xeno-cpu-0} and on,
 * that share out their time between the vCPUs of all domains. While no vCPU is runnable they are
 * parked until the next vCPU timer, and without a permit until it is extended. Safe from any
 * thread.
 */
public final class CpuPool implements AutoCloseable {
  private final RunQueues queues;
  private final Dispatcher dispatcher;
  private final RunPermit.Registration permitChanges;

  /**
   * Starts the processors.
   *
   * @param processorCount at least 1
   * @param policy for example {@code BorrowedVirtualTime::new}
   * @param clock the clock of slices and vCPU timers
   * @param permit until when vCPUs may run, on that clock
   */
  public CpuPool(int processorCount, CpuScheduler.Policy policy, Clock clock, RunPermit permit) {
    if (processorCount < 1) {
      throw new IllegalArgumentException("a pool has at least 1 processor, not " + processorCount);
    }
    queues = new RunQueues(policy.schedulerFor(processorCount), clock);
    dispatcher = new Dispatcher(queues, permit);
    for (int i = 0; i < processorCount; i++) {
      queues.add(new Processor(dispatcher, i, queues.lock.newCondition()));
    }
    permitChanges = permit.onChange(dispatcher::permitChanged);
    queues.processors.forEach(Processor::start);
  }

  /**
   * Places the vCPUs of a domain on the least loaded processors, paused.
   *
   * @param onFailure called on the processor's thread if an engine throws; that vCPU never runs
   *     again
   */
  public ScheduledDomain admit(
      List<? extends VcpuEngine> vcpus, SchedulingSpec parameters, Consumer<Throwable> onFailure) {
    return ScheduledDomain.admit(queues, vcpus, parameters, onFailure);
  }

  /** How many processors there are. */
  public int processorCount() {
    return queues.processors.size();
  }

  /** Preempts what runs and ends the threads; returns when they have ended. */
  @Override
  public void close() {
    permitChanges.close();
    dispatcher.close();
    queues.processors.forEach(Processor::join);
  }
}
