package org.xenoserver.vmm.scheduler.cpu;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.scheduler.cpu.CpuScheduler.Outcome;
import org.xenoserver.vmm.scheduler.cpu.ScheduledVcpu.State;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * Gives each processor of a pool its next vCPU, and takes it back.
 *
 * <p>Without the permit every vCPU is queued or blocked and every processor parked. The end of the
 * permit ends the slice of what runs, as a rival's turn would; a new one calls the processors.
 */
final class Dispatcher {
  private static final long LOOK_AGAIN_NS = 3600 * 1_000_000_000L;

  /** Looks at the lock before a thread parks until it is free: some 10 us. */
  private static final int LOCK_SPINS = 400;

  private final RunQueues queues;
  private final RunPermit permit;
  private boolean closed;

  Dispatcher(RunQueues queues, RunPermit permit) {
    this.queues = queues;
    this.permit = permit;
  }

  /** The first vCPU for a processor that has just started; null when the pool closes. */
  @Nullable ScheduledVcpu first(Processor processor) {
    queues.lock.lock();
    try {
      return choose(processor);
    } finally {
      queues.lock.unlock();
    }
  }

  /** Takes a vCPU back and gives the next one, waiting for it; null when the pool closes. */
  @Nullable ScheduledVcpu next(
      Processor processor, ScheduledVcpu vcpu, VcpuExit exit, boolean failed) {
    lockSoon();
    try {
      long nowNs = queues.clock.monotonicNs();
      boolean yielded = !processor.kicked && nowNs < processor.wakesAtNs;
      processor.wakesAtNs = Long.MIN_VALUE;
      vcpu.failed |= failed;
      queues.fireTimers(nowNs);
      takeBack(processor, vcpu, exit, yielded, nowNs);
      return choose(processor);
    } finally {
      queues.lock.unlock();
    }
  }

  /**
   * Locks for a vCPU that has just stopped. Who asked it to still holds the lock for a moment, in
   * which a thread that parks would lose its host processor to another.
   */
  private void lockSoon() {
    for (int i = 0; i < LOCK_SPINS && queues.lock.isLocked(); i++) {
      Thread.onSpinWait();
    }
    queues.lock.lock();
  }

  private void takeBack(
      Processor processor, ScheduledVcpu vcpu, VcpuExit exit, boolean yielded, long nowNs) {
    vcpu.stopped = exit == VcpuExit.STOPPED;
    boolean runnable = exit == VcpuExit.PREEMPTED;
    if (!runnable) {
      // The state is written before the engine is asked, and a wake-up writes its interrupt before
      // it reads the state: one of the two sees the other, so that no wake-up is lost.
      vcpu.enter(State.BLOCKED, nowNs);
      VarHandle.fullFence();
      runnable = RunQueues.isDue(vcpu, nowNs);
      if (runnable) {
        vcpu.enter(State.QUEUED, nowNs);
      }
    }
    if (runnable && !vcpu.domain.held && !yielded && nowNs < processor.turnEndsNs && !closed) {
      if (vcpu.state() != State.RUNNING) {
        vcpu.enter(State.RUNNING, nowNs);
      }
      return;
    }
    processor.running = null;
    long ranNs = Math.max(0, nowNs - processor.turnStartedNs);
    if (vcpu.domain.held || closed) {
      queues.scheduler.charge(vcpu, ranNs, Outcome.BLOCKED, nowNs);
      vcpu.enter(runnable ? State.HELD : State.BLOCKED, nowNs);
      vcpu.domain.quiet.signalAll();
    } else if (runnable) {
      queues.scheduler.charge(vcpu, ranNs, yielded ? Outcome.YIELDED : Outcome.RUNNABLE, nowNs);
      vcpu.enter(State.QUEUED, nowNs);
    } else {
      queues.scheduler.charge(vcpu, ranNs, Outcome.BLOCKED, nowNs);
      queues.setTimer(vcpu);
    }
  }

  private @Nullable ScheduledVcpu choose(Processor processor) {
    while (!closed) {
      // Read before the clock, so that a permit that still holds then has not expired before.
      long permitEndsNs = permit.deadlineNs();
      long nowNs = queues.clock.monotonicNs();
      queues.fireTimers(nowNs);
      if (nowNs >= permitEndsNs) {
        giveUp(processor, nowNs);
      } else if (processor.running == null) {
        give(processor, nowNs);
      }
      ScheduledVcpu vcpu = processor.running;
      if (vcpu != null) {
        processor.kicked = false;
        processor.wakesAtNs =
            Math.min(permitEndsNs, queues.keepWatch(processor, processor.turnEndsNs));
        return vcpu;
      }
      processor.idle = true;
      processor.wakesAtNs = queues.keepWatch(processor, Long.MAX_VALUE);
      park(processor, nowNs);
      processor.wakesAtNs = Long.MIN_VALUE;
    }
    return null;
  }

  /** Before going idle a processor looks for work on the other run queues. */
  private void give(Processor processor, long nowNs) {
    ScheduledVcpu vcpu = queues.scheduler.next(processor.index, nowNs);
    if (vcpu == null && queues.scheduler.steal(processor.index, nowNs)) {
      vcpu = queues.scheduler.next(processor.index, nowNs);
    }
    if (vcpu != null) {
      queues.settle(vcpu, processor.index);
      vcpu.enter(State.RUNNING, nowNs);
      processor.running = vcpu;
      processor.turnStartedNs = nowNs;
      processor.turnEndsNs = nowNs + queues.scheduler.sliceNs(processor.index);
    }
  }

  /** Puts back into the queue what could go on but for the permit. */
  private void giveUp(Processor processor, long nowNs) {
    ScheduledVcpu vcpu = processor.running;
    if (vcpu != null) {
      processor.running = null;
      long ranNs = Math.max(0, nowNs - processor.turnStartedNs);
      queues.scheduler.charge(vcpu, ranNs, Outcome.RUNNABLE, nowNs);
      vcpu.enter(State.QUEUED, nowNs);
    }
  }

  private void park(Processor processor, long nowNs) {
    long leftNs =
        processor.wakesAtNs == Long.MAX_VALUE ? LOOK_AGAIN_NS : processor.wakesAtNs - nowNs;
    while (processor.idle && !closed && leftNs > 0) {
      try {
        leftNs = processor.work.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        // Nobody interrupts a processor to end it; it looks at the run queues and parks again.
        leftNs = 0;
      }
    }
    processor.idle = false;
  }

  /** The permit was extended, which those wait for that are parked, or was revoked. */
  void permitChanged() {
    queues.lock.lock();
    try {
      boolean holds = permit.holds();
      for (Processor processor : queues.processors) {
        if (processor.idle || !holds) {
          queues.call(processor);
        }
      }
    } finally {
      queues.lock.unlock();
    }
  }

  void close() {
    queues.lock.lock();
    try {
      closed = true;
      queues.processors.forEach(queues::call);
    } finally {
      queues.lock.unlock();
    }
  }
}
