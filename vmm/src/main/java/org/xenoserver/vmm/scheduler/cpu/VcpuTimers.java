package org.xenoserver.vmm.scheduler.cpu;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The timers of all blocked vCPUs, by deadline. */
final class VcpuTimers {
  private final TreeSet<ScheduledVcpu> pending =
      new TreeSet<>(
          Comparator.<ScheduledVcpu>comparingLong(vcpu -> vcpu.timerNs)
              .thenComparingLong(vcpu -> vcpu.id));

  /** Sets when a vCPU is due; {@link Long#MAX_VALUE} for never. */
  void set(ScheduledVcpu vcpu, long deadlineNs) {
    if (vcpu.timerNs != Long.MAX_VALUE) {
      pending.remove(vcpu);
    }
    vcpu.timerNs = deadlineNs;
    if (deadlineNs != Long.MAX_VALUE) {
      pending.add(vcpu);
    }
  }

  /** The first deadline, or {@link Long#MAX_VALUE} if there is none. */
  long firstNs() {
    return pending.isEmpty() ? Long.MAX_VALUE : pending.first().timerNs;
  }

  /** Takes out a vCPU whose time has come. */
  @Nullable ScheduledVcpu pollDue(long nowNs) {
    if (firstNs() > nowNs) {
      return null;
    }
    ScheduledVcpu due = pending.first();
    set(due, Long.MAX_VALUE);
    return due;
  }
}
