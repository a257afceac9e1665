package org.xenoserver.vmm.scheduler.cpu;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.scheduler.cpu.CpuScheduler.Outcome;
import org.xenoserver.vmm.scheduler.cpu.ScheduledVcpu.State;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * The run queues and vCPU timers of a pool, and the moves between them.
 *
 * <p>One lock guards all of it: it is taken a few times per slice and per wake-up of a blocked
 * vCPU, never while a guest runs.
 *
 * <p>No thread serves the timers. One processor is their watch: parked or running a guest, it looks
 * no later than at the first deadline. Whoever adds an earlier deadline becomes the watch or calls
 * it.
 *
 * <p>Without the permit every vCPU is queued or blocked and every processor parked. The end of the
 * permit ends the slice of what runs, as a rival's turn would; a new one calls the processors.
 */
final class Dispatcher {
  private static final long LOOK_AGAIN_NS = 3600 * 1_000_000_000L;

  /** A vCPU that executes stops sooner; one that has not may be waiting for a host processor. */
  private static final long SOON_NS = 150_000;

  /** Looks at the lock before a thread parks until it is free: some 10 us. */
  private static final int LOCK_SPINS = 400;

  private final ReentrantLock runQueuesLock = new ReentrantLock();
  private final CpuScheduler<ScheduledVcpu> scheduler;
  private final Clock clock;
  private final RunPermit permit;
  private final List<Processor> processors = new ArrayList<>();
  private final VcpuTimers timers = new VcpuTimers();
  private final List<Integer> residents = new ArrayList<>();
  private @Nullable Processor watch;
  private long nextId;
  private boolean closed;

  Dispatcher(CpuScheduler<ScheduledVcpu> scheduler, Clock clock, RunPermit permit) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.permit = permit;
  }

  /** Before the first processor starts. */
  Processor addProcessor(int index) {
    Processor processor = new Processor(this, index, runQueuesLock.newCondition());
    processors.add(processor);
    residents.add(0);
    return processor;
  }

  ScheduledDomain admit(
      List<? extends VcpuEngine> engines,
      SchedulingSpec parameters,
      Consumer<Throwable> onFailure) {
    ScheduledDomain domain = new ScheduledDomain(this, runQueuesLock.newCondition(), onFailure);
    runQueuesLock.lock();
    try {
      long nowNs = clock.monotonicNs();
      for (VcpuEngine engine : engines) {
        int home = leastLoaded();
        residents.set(home, residents.get(home) + 1);
        ScheduledVcpu vcpu = new ScheduledVcpu(domain, engine, nextId++, home, nowNs);
        scheduler.admit(vcpu, parameters, home);
        domain.vcpus.add(vcpu);
      }
    } finally {
      runQueuesLock.unlock();
    }
    domain.vcpus.forEach(vcpu -> vcpu.engine.onWake(() -> wake(vcpu)));
    return domain;
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

  /** The first vCPU for a processor that has just started; null when the pool closes. */
  @Nullable ScheduledVcpu first(Processor processor) {
    runQueuesLock.lock();
    try {
      return choose(processor);
    } finally {
      runQueuesLock.unlock();
    }
  }

  /** Takes a vCPU back and gives the next one, waiting for it; null when the pool closes. */
  @Nullable ScheduledVcpu next(
      Processor processor, ScheduledVcpu vcpu, VcpuExit exit, boolean failed) {
    lockSoon();
    try {
      long nowNs = clock.monotonicNs();
      boolean yielded = !processor.kicked && nowNs < processor.wakesAtNs;
      processor.wakesAtNs = Long.MIN_VALUE;
      vcpu.failed |= failed;
      fireTimers(nowNs);
      takeBack(processor, vcpu, exit, yielded, nowNs);
      return choose(processor);
    } finally {
      runQueuesLock.unlock();
    }
  }

  /**
   * Locks for a vCPU that has just stopped. Who asked it to still holds the lock for a moment, in
   * which a thread that parks would lose its host processor to another.
   */
  private void lockSoon() {
    for (int i = 0; i < LOCK_SPINS && runQueuesLock.isLocked(); i++) {
      Thread.onSpinWait();
    }
    runQueuesLock.lock();
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
      runnable = isDue(vcpu, nowNs);
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
      scheduler.charge(vcpu, ranNs, Outcome.BLOCKED, nowNs);
      vcpu.enter(runnable ? State.HELD : State.BLOCKED, nowNs);
      vcpu.domain.quiet.signalAll();
    } else if (runnable) {
      scheduler.charge(vcpu, ranNs, yielded ? Outcome.YIELDED : Outcome.RUNNABLE, nowNs);
      vcpu.enter(State.QUEUED, nowNs);
    } else {
      scheduler.charge(vcpu, ranNs, Outcome.BLOCKED, nowNs);
      setTimer(vcpu);
    }
  }

  private @Nullable ScheduledVcpu choose(Processor processor) {
    while (!closed) {
      // Read before the clock, so that a permit that still holds then has not expired before.
      long permitEndsNs = permit.deadlineNs();
      long nowNs = clock.monotonicNs();
      fireTimers(nowNs);
      if (nowNs >= permitEndsNs) {
        giveUp(processor, nowNs);
      } else if (processor.running == null) {
        give(processor, nowNs);
      }
      ScheduledVcpu vcpu = processor.running;
      if (vcpu != null) {
        processor.kicked = false;
        processor.wakesAtNs = Math.min(permitEndsNs, keepWatch(processor, processor.turnEndsNs));
        return vcpu;
      }
      processor.idle = true;
      processor.wakesAtNs = keepWatch(processor, Long.MAX_VALUE);
      park(processor, nowNs);
      processor.wakesAtNs = Long.MIN_VALUE;
    }
    return null;
  }

  /** Before going idle a processor looks for work on the other run queues. */
  private void give(Processor processor, long nowNs) {
    ScheduledVcpu vcpu = scheduler.next(processor.index, nowNs);
    if (vcpu == null && scheduler.steal(processor.index, nowNs)) {
      vcpu = scheduler.next(processor.index, nowNs);
    }
    if (vcpu != null) {
      settle(vcpu, processor.index);
      vcpu.enter(State.RUNNING, nowNs);
      processor.running = vcpu;
      processor.turnStartedNs = nowNs;
      processor.turnEndsNs = nowNs + scheduler.sliceNs(processor.index);
    }
  }

  /** Puts back into the queue what could go on but for the permit. */
  private void giveUp(Processor processor, long nowNs) {
    ScheduledVcpu vcpu = processor.running;
    if (vcpu != null) {
      processor.running = null;
      long ranNs = Math.max(0, nowNs - processor.turnStartedNs);
      scheduler.charge(vcpu, ranNs, Outcome.RUNNABLE, nowNs);
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

  private void settle(ScheduledVcpu vcpu, int processor) {
    if (vcpu.processor != processor) {
      residents.set(vcpu.processor, residents.get(vcpu.processor) - 1);
      residents.set(processor, residents.get(processor) + 1);
      vcpu.processor = processor;
    }
  }

  private long keepWatch(Processor processor, long untilNs) {
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

  private void fireTimers(long nowNs) {
    for (ScheduledVcpu due = timers.pollDue(nowNs); due != null; due = timers.pollDue(nowNs)) {
      enqueue(due, nowNs);
    }
  }

  private static boolean isDue(ScheduledVcpu vcpu, long nowNs) {
    return !vcpu.failed
        && (vcpu.engine.isRunnable() || (!vcpu.stopped && vcpu.engine.timerDeadlineNs() <= nowNs));
  }

  private void setTimer(ScheduledVcpu vcpu) {
    timers.set(vcpu, vcpu.stopped || vcpu.failed ? Long.MAX_VALUE : vcpu.engine.timerDeadlineNs());
  }

  /** Something happened to a vCPU, at any time and on any thread. */
  private void wake(ScheduledVcpu vcpu) {
    VarHandle.fullFence();
    if (vcpu.state() != State.BLOCKED) {
      return;
    }
    runQueuesLock.lock();
    try {
      if (vcpu.state() == State.BLOCKED && !vcpu.domain.held) {
        reconsider(vcpu, clock.monotonicNs());
        callWatch();
      }
    } finally {
      runQueuesLock.unlock();
    }
  }

  private void reconsider(ScheduledVcpu vcpu, long nowNs) {
    if (isDue(vcpu, nowNs)) {
      timers.set(vcpu, Long.MAX_VALUE);
      enqueue(vcpu, nowNs);
    } else {
      setTimer(vcpu);
    }
  }

  private void enqueue(ScheduledVcpu vcpu, long nowNs) {
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

  private void callWatch() {
    if (watch != null && timers.firstNs() < watch.wakesAtNs) {
      call(watch);
    }
  }

  /** Makes a processor look at the run queues soon. */
  private void call(Processor processor) {
    if (processor.idle) {
      processor.idle = false;
      processor.work.signal();
    } else if (processor.running != null) {
      processor.kicked = true;
      processor.running.engine.preempt();
    }
  }

  void pause(ScheduledDomain domain) {
    refuseOnProcessor();
    runQueuesLock.lock();
    try {
      hold(domain);
    } finally {
      runQueuesLock.unlock();
    }
  }

  private void hold(ScheduledDomain domain) {
    domain.held = true;
    long nowNs = clock.monotonicNs();
    for (ScheduledVcpu vcpu : domain.vcpus) {
      switch (vcpu.state()) {
        case QUEUED -> {
          scheduler.withdraw(vcpu);
          vcpu.enter(State.HELD, nowNs);
        }
        case BLOCKED -> timers.set(vcpu, Long.MAX_VALUE);
        case RUNNING -> call(processors.get(vcpu.processor));
        case HELD -> {}
      }
    }
    if (!domain.awaitQuiet(SOON_NS)) {
      hurry(domain);
      domain.awaitQuiet();
    }
  }

  /** Does what can be done about vCPUs that should have stopped by now. */
  private void hurry(ScheduledDomain domain) {
    List<Processor> late =
        domain.vcpus.stream()
            .filter(vcpu -> vcpu.state() == State.RUNNING)
            .map(vcpu -> processors.get(vcpu.processor))
            .toList();
    runQueuesLock.unlock();
    try {
      late.forEach(Processor::hurry);
    } finally {
      runQueuesLock.lock();
    }
  }

  void resume(ScheduledDomain domain) {
    runQueuesLock.lock();
    try {
      if (!domain.held || domain.removed) {
        return;
      }
      domain.held = false;
      long nowNs = clock.monotonicNs();
      for (ScheduledVcpu vcpu : domain.vcpus) {
        if (vcpu.state() == State.HELD) {
          enqueue(vcpu, nowNs);
        } else if (vcpu.state() == State.BLOCKED) {
          reconsider(vcpu, nowNs);
        }
      }
      callWatch();
    } finally {
      runQueuesLock.unlock();
    }
  }

  void remove(ScheduledDomain domain) {
    refuseOnProcessor();
    runQueuesLock.lock();
    try {
      if (domain.removed) {
        return;
      }
      hold(domain);
      domain.removed = true;
      for (ScheduledVcpu vcpu : domain.vcpus) {
        vcpu.enter(State.HELD, clock.monotonicNs());
        scheduler.forget(vcpu);
        residents.set(vcpu.processor, residents.get(vcpu.processor) - 1);
      }
    } finally {
      runQueuesLock.unlock();
    }
  }

  private void refuseOnProcessor() {
    for (Processor processor : processors) {
      if (processor.isCurrentThread()) {
        throw new IllegalStateException("a processor cannot wait for its own vCPU");
      }
    }
  }

  /** The permit was extended, which those wait for that are parked, or was revoked. */
  void permitChanged() {
    runQueuesLock.lock();
    try {
      boolean holds = permit.holds();
      for (Processor processor : processors) {
        if (processor.idle || !holds) {
          call(processor);
        }
      }
    } finally {
      runQueuesLock.unlock();
    }
  }

  CpuUsage usage(ScheduledDomain domain) {
    runQueuesLock.lock();
    try {
      long nowNs = clock.monotonicNs();
      return domain.vcpus.stream()
          .map(vcpu -> vcpu.usage(nowNs))
          .reduce(CpuUsage.NONE, CpuUsage::plus);
    } finally {
      runQueuesLock.unlock();
    }
  }

  void close() {
    runQueuesLock.lock();
    try {
      closed = true;
      processors.forEach(this::call);
    } finally {
      runQueuesLock.unlock();
    }
  }
}
