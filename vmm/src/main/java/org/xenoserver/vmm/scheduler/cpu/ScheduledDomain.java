package org.xenoserver.vmm.scheduler.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.scheduler.cpu.ScheduledVcpu.State;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/**
 * The vCPUs of one domain on a pool of processors. Safe from any thread, but pausing and removing
 * wait for the domain's vCPUs and are refused on a processor's own thread.
 */
public final class ScheduledDomain {
  /** A vCPU that executes stops sooner; one that has not may be waiting for a host processor. */
  private static final long SOON_NS = 150_000;

  final Consumer<Throwable> onFailure;

  /** Signalled when one of its vCPUs has left its processor because the domain is held. */
  final Condition quiet;

  /** Whether its vCPUs are kept off the processors. Guarded by the run queues' lock. */
  boolean held = true;

  private final RunQueues queues;
  private final List<ScheduledVcpu> vcpus = new ArrayList<>();

  /** Whether it is gone from the processors for good. Guarded by the run queues' lock. */
  private boolean removed;

  private ScheduledDomain(RunQueues queues, Consumer<Throwable> onFailure) {
    this.queues = queues;
    this.quiet = queues.lock.newCondition();
    this.onFailure = onFailure;
  }

  /** Gives the vCPUs of a domain homes on the least loaded processors, paused. */
  static ScheduledDomain admit(
      RunQueues queues,
      List<? extends VcpuEngine> engines,
      SchedulingSpec parameters,
      Consumer<Throwable> onFailure) {
    ScheduledDomain domain = new ScheduledDomain(queues, onFailure);
    queues.lock.lock();
    try {
      for (VcpuEngine engine : engines) {
        domain.vcpus.add(queues.admit(domain, engine, parameters));
      }
    } finally {
      queues.lock.unlock();
    }
    domain.vcpus.forEach(vcpu -> vcpu.engine.onWake(() -> queues.wake(vcpu)));
    return domain;
  }

  /**
   * Keeps all vCPUs off the processors; returns when none runs.
   *
   * @throws IllegalStateException on a processor's thread, which would wait for itself
   */
  public void pause() {
    refuseOnProcessor();
    queues.lock.lock();
    try {
      hold();
    } finally {
      queues.lock.unlock();
    }
  }

  /** Lets the vCPUs run; a domain starts out paused. */
  public void resume() {
    queues.lock.lock();
    try {
      if (!held || removed) {
        return;
      }
      held = false;
      long nowNs = queues.clock.monotonicNs();
      for (ScheduledVcpu vcpu : vcpus) {
        if (vcpu.state() == State.HELD) {
          queues.enqueue(vcpu, nowNs);
        } else if (vcpu.state() == State.BLOCKED) {
          queues.reconsider(vcpu, nowNs);
        }
      }
      queues.callWatch();
    } finally {
      queues.lock.unlock();
    }
  }

  /**
   * Takes the domain off the processors for good; returns when none of its vCPUs runs.
   *
   * @throws IllegalStateException on a processor's thread, which would wait for itself
   */
  public void remove() {
    refuseOnProcessor();
    queues.lock.lock();
    try {
      if (removed) {
        return;
      }
      hold();
      removed = true;
      for (ScheduledVcpu vcpu : vcpus) {
        vcpu.enter(State.HELD, queues.clock.monotonicNs());
        queues.forget(vcpu);
      }
    } finally {
      queues.lock.unlock();
    }
  }

  /** What all its vCPUs used so far, including what runs now. */
  public CpuUsage usage() {
    queues.lock.lock();
    try {
      long nowNs = queues.clock.monotonicNs();
      return vcpus.stream().map(vcpu -> vcpu.usage(nowNs)).reduce(CpuUsage.NONE, CpuUsage::plus);
    } finally {
      queues.lock.unlock();
    }
  }

  private void hold() {
    held = true;
    long nowNs = queues.clock.monotonicNs();
    for (ScheduledVcpu vcpu : vcpus) {
      switch (vcpu.state()) {
        case QUEUED -> {
          queues.scheduler.withdraw(vcpu);
          vcpu.enter(State.HELD, nowNs);
        }
        case BLOCKED -> queues.timers.set(vcpu, Long.MAX_VALUE);
        case RUNNING -> queues.call(queues.processors.get(vcpu.processor));
        case HELD -> {}
      }
    }
    if (!awaitQuiet(SOON_NS)) {
      hurry();
      awaitQuiet();
    }
  }

  /** Does what can be done about vCPUs that should have stopped by now. */
  private void hurry() {
    List<Processor> late =
        vcpus.stream()
            .filter(vcpu -> vcpu.state() == State.RUNNING)
            .map(vcpu -> queues.processors.get(vcpu.processor))
            .toList();
    queues.lock.unlock();
    try {
      late.forEach(Processor::hurry);
    } finally {
      queues.lock.lock();
    }
  }

  /** Waits until none of its vCPUs runs; the lock is given up meanwhile. */
  private void awaitQuiet() {
    while (anyRuns()) {
      quiet.awaitUninterruptibly();
    }
  }

  /** The same for so long at most; returns whether none runs. */
  private boolean awaitQuiet(long leftNs) {
    boolean interrupted = false;
    while (anyRuns() && leftNs > 0) {
      try {
        leftNs = quiet.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !anyRuns();
  }

  private boolean anyRuns() {
    return vcpus.stream().anyMatch(vcpu -> vcpu.state() == State.RUNNING);
  }

  private void refuseOnProcessor() {
    for (Processor processor : queues.processors) {
      if (processor.isCurrentThread()) {
        throw new IllegalStateException("a processor cannot wait for its own vCPU");
      }
    }
  }
}
