package org.xenoserver.vmm.scheduler.cpu;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.scheduler.cpu.ScheduledVcpu.State;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/**
 * The run queues and vCPU timers of a pool, and what puts a vCPU there or calls a processor to look
 * at them.
 *
 * <p>One lock guards all of it: it is taken a few times per slice and per wake-up of a blocked
 * vCPU, never while a guest runs. All but {@link #wake} is for who holds it.
 *
 * <p>No thread serves the timers. One processor is their watch: parked or running a guest, it looks
 * no later than at the first deadline. Whoever adds an earlier deadline becomes the watch or calls
 * it.
 */
final class RunQueues {
  final ReentrantLock lock = new ReentrantLock();
  final CpuScheduler<ScheduledVcpu> scheduler;
  final Clock clock;
  final VcpuTimers timers = new VcpuTimers();
  final List<Processor> processors = new ArrayList<>();
  private final List<Integer> residents = new ArrayList<>();
  private @Nullable Processor watch;
  private long nextId;

  RunQueues(CpuScheduler<ScheduledVcpu> scheduler, Clock clock) {
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Before it starts. */
  void add(Processor processor) {
    processors.add(processor);
    residents.add(0);
  }

  /** Gives a vCPU a home on the least loaded processor, off the queues. */
  ScheduledVcpu admit(ScheduledDomain domain, VcpuEngine engine, SchedulingSpec parameters) {
    int home = leastLoaded();
    residents.set(home, residents.get(home) + 1);
    ScheduledVcpu vcpu = new ScheduledVcpu(domain, engine, nextId++, home, clock.monotonicNs());
    scheduler.admit(vcpu, parameters, home);
    return vcpu;
  }

  /** Drops a vCPU that is off the queues. */
  void forget(ScheduledVcpu vcpu) {
    scheduler.forget(vcpu);
    residents.set(vcpu.processor, residents.get(vcpu.processor) - 1);
  }

  private int leastLoaded() {
    int best = 0;
    for (int i = 1; i < residents.size(); i++) {
      if (residents.get(i) < residents.get(best)) {
        best = i;
      }
    }
    return best;
  }

  /** Makes a processor the home of a vCPU. */
  void settle(ScheduledVcpu vcpu, int processor) {
    if (vcpu.processor != processor) {
      residents.set(vcpu.processor, residents.get(vcpu.processor) - 1);
      residents.set(processor, residents.get(processor) + 1);
      vcpu.processor = processor;
    }
  }

  /**
   * When a processor that would look at the queues at a time does so, as the watch of the timers if
   * it has to be.
   */
  long keepWatch(Processor processor, long untilNs) {
    long firstNs = timers.firstNs();
    if (watch == null
        || watch == processor
        || firstNs < watch.wakesAtNs
        || (processor.idle && watch.running != null)) {
      watch = processor;
      return Math.min(untilNs, firstNs);
    }
    return untilNs;
  }

  /** Queues the vCPUs whose time has come. */
  void fireTimers(long nowNs) {
    for (ScheduledVcpu due = timers.pollDue(nowNs); due != null; due = timers.pollDue(nowNs)) {
      enqueue(due, nowNs);
    }
  }

  /** Whether a blocked vCPU has something to do. */
  static boolean isDue(ScheduledVcpu vcpu, long nowNs) {
    return !vcpu.failed
        && (vcpu.engine.isRunnable() || (!vcpu.stopped && vcpu.engine.timerDeadlineNs() <= nowNs));
  }

  /** Sets when a vCPU that blocked is due. */
  void setTimer(ScheduledVcpu vcpu) {
    timers.set(vcpu, vcpu.stopped || vcpu.failed ? Long.MAX_VALUE : vcpu.engine.timerDeadlineNs());
  }

  /** Something happened to a vCPU, at any time and on any thread. */
  void wake(ScheduledVcpu vcpu) {
    VarHandle.fullFence();
    if (vcpu.state() != State.BLOCKED) {
      return;
    }
    lock.lock();
    try {
      if (vcpu.state() == State.BLOCKED && !vcpu.domain.held) {
        reconsider(vcpu, clock.monotonicNs());
        callWatch();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Queues a blocked vCPU if it has something to do, and sets its timer otherwise. */
  void reconsider(ScheduledVcpu vcpu, long nowNs) {
    if (isDue(vcpu, nowNs)) {
      timers.set(vcpu, Long.MAX_VALUE);
      enqueue(vcpu, nowNs);
    } else {
      setTimer(vcpu);
    }
  }

  /** Queues a vCPU where it can go on soonest. */
  void enqueue(ScheduledVcpu vcpu, long nowNs) {
    Processor target = targetFor(vcpu);
    settle(vcpu, target.index);
    vcpu.stopped = false;
    scheduler.enqueue(vcpu, target.index, nowNs);
    vcpu.enter(State.QUEUED, nowNs);
    if (target.idle) {
      call(target);
    } else if (target.running != null) {
      long endsNs = target.turnStartedNs + scheduler.sliceNs(target.index);
      target.turnEndsNs = Math.min(target.turnEndsNs, endsNs);
      if (target.turnEndsNs < target.wakesAtNs) {
        call(target);
      }
    }
  }

  private Processor targetFor(ScheduledVcpu vcpu) {
    Processor last = processors.get(vcpu.processor);
    if (isFree(last)) {
      return last;
    }
    for (Processor processor : processors) {
      if (isFree(processor)) {
        return processor;
      }
    }
    return last;
  }

  private boolean isFree(Processor processor) {
    return processor.running == null && scheduler.queued(processor.index) == 0;
  }

  /** Calls the watch if a timer ends before it looks. */
  void callWatch() {
    if (watch != null && timers.firstNs() < watch.wakesAtNs) {
      call(watch);
    }
  }

  /** Makes a processor look at the run queues soon. */
  void call(Processor processor) {
    if (processor.idle) {
      processor.idle = false;
      processor.work.signal();
    } else if (processor.running != null) {
      processor.kicked = true;
      processor.running.engine.preempt();
    }
  }
}
