package org.xenoserver.vmm.scheduler.cpu;

import org.xenoserver.vmm.vcpu.VcpuEngine;

/** One vCPU as the processors see it. All but {@link #state} is guarded by the run queues' lock. */
final class ScheduledVcpu {
  enum State {
    /** Waiting or stopped, until a wake-up or its timer. */
    BLOCKED,
    /** Runnable, in a run queue. */
    QUEUED,
    /** On a processor. */
    RUNNING,
    /** Runnable, but its domain is paused. */
    HELD
  }

  final ScheduledDomain domain;
  final VcpuEngine engine;

  /** Tells vCPUs whose timers end at the same time apart. */
  final long id;

  /** Where it ran last or will run. */
  int processor;

  /** Stopped by the guest, so that its timer does not wake it. */
  boolean stopped;

  /** Its engine threw; it never runs again. */
  boolean failed;

  /** When its timer wakes it, while it is among the timers. */
  long timerNs = Long.MAX_VALUE;

  /** Written under the run queues' lock; read without it by wake-ups. */
  private volatile State state = State.BLOCKED;

  private long sinceNs;
  private long cpuNs;
  private long waitNs;
  private long slices;

  ScheduledVcpu(ScheduledDomain domain, VcpuEngine engine, long id, int processor, long nowNs) {
    this.domain = domain;
    this.engine = engine;
    this.id = id;
    this.processor = processor;
    this.sinceNs = nowNs;
  }

  State state() {
    return state;
  }

  void enter(State next, long nowNs) {
    CpuUsage usage = usage(nowNs);
    cpuNs = usage.cpuNs();
    waitNs = usage.waitNs();
    sinceNs = nowNs;
    if (next == State.RUNNING) {
      slices++;
    }
    state = next;
  }

  CpuUsage usage(long nowNs) {
    long inStateNs = Math.max(0, nowNs - sinceNs);
    return new CpuUsage(
        state == State.RUNNING ? cpuNs + inStateNs : cpuNs,
        state == State.QUEUED ? waitNs + inStateNs : waitNs,
        slices);
  }
}
