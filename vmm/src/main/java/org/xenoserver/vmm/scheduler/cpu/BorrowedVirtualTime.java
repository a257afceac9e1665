package org.xenoserver.vmm.scheduler.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.SchedulingSpec;

/**
 * Borrowed virtual time (Duda and Cheriton, SOSP 1999) with the parameters of Xen 1.0.
 *
 * <p>Running for a minimum charging unit costs a vCPU {@code mcuAdvance} of actual virtual time; of
 * those that wait, the one with the lowest effective virtual time runs: its actual virtual time
 * less what it may borrow by warping. A vCPU that wakes starts no earlier than its processor's
 * scheduler virtual time, so that sleeping saves up nothing.
 *
 * <p>Two things Xen 1.0 left out are done here: the limits on warping are honoured (it ignored
 * them), and the part of a slice that comes from the distance to the next vCPU is in time (it added
 * a number of charging units to nanoseconds).
 */
public final class BorrowedVirtualTime<V> implements CpuScheduler<V> {
  /** The minimum charging unit. */
  public static final long MCU_NS = 100_000;

  /** How long a vCPU may run past its turn before another takes its processor. */
  public static final long CONTEXT_SWITCH_ALLOWANCE_NS = 5_000_000;

  private static final long ALONE_SLICE_NS = 10 * CONTEXT_SWITCH_ALLOWANCE_NS;

  private final Map<V, Share<V>> shares = new HashMap<>();
  private final List<Queue<V>> queues = new ArrayList<>();

  /** A scheduler for processors 0 to {@code processors - 1}. */
  public BorrowedVirtualTime(int processors) {
    for (int i = 0; i < processors; i++) {
      queues.add(new Queue<>());
    }
  }

  @Override
  public void admit(V vcpu, SchedulingSpec parameters, int processor) {
    Share<V> share = new Share<>(vcpu, parameters, processor);
    share.actual = queues.get(processor).virtualTime();
    shares.put(vcpu, share);
  }

  @Override
  public void forget(V vcpu) {
    shares.remove(vcpu);
  }

  @Override
  public void enqueue(V vcpu, int processor, long nowNs) {
    Share<V> share = shareOf(vcpu);
    move(share, processor);
    Queue<V> queue = queues.get(processor);
    share.actual = Math.max(share.actual, queue.virtualTime());
    share.effective = share.effectiveAt(nowNs);
    queue.waiting.add(share);
  }

  @Override
  public void withdraw(V vcpu) {
    Share<V> share = shareOf(vcpu);
    Queue<V> queue = queues.get(share.processor);
    queue.virtualTime();
    queue.waiting.remove(share);
  }

  @Override
  public @Nullable V next(int processor, long nowNs) {
    Queue<V> queue = queues.get(processor);
    for (Share<V> share : queue.waiting) {
      share.effective = share.effectiveAt(nowNs);
    }
    Share<V> best = queue.first();
    if (best == null) {
      return null;
    }
    queue.waiting.remove(best);
    for (Share<V> share : queue.waiting) {
      share.yielded = false;
    }
    best.yielded = false;
    best.warping = best.mayWarp(nowNs);
    queue.running = best;
    return best.vcpu;
  }

  @Override
  public long sliceNs(int processor) {
    Queue<V> queue = queues.get(processor);
    Share<V> running = queue.running;
    Share<V> rival = queue.first();
    if (running == null || rival == null) {
      return ALONE_SLICE_NS;
    }
    long ahead = Math.max(0, rival.effective - running.effective);
    long sliceNs = ahead * MCU_NS / running.parameters.mcuAdvance() + CONTEXT_SWITCH_ALLOWANCE_NS;
    return running.warping ? Math.min(sliceNs, running.warpLeftNs()) : sliceNs;
  }

  @Override
  public void charge(V vcpu, long ranNs, Outcome outcome, long nowNs) {
    Share<V> share = shareOf(vcpu);
    Queue<V> queue = queues.get(share.processor);
    share.actual += Math.ceilDiv(ranNs, MCU_NS) * share.parameters.mcuAdvance();
    share.chargeWarp(ranNs, outcome == Outcome.BLOCKED, nowNs);
    queue.virtualTime();
    queue.running = null;
    if (outcome != Outcome.BLOCKED) {
      share.yielded = outcome == Outcome.YIELDED;
      share.effective = share.effectiveAt(nowNs);
      queue.waiting.add(share);
    }
  }

  @Override
  public boolean steal(int processor, long nowNs) {
    Queue<V> longest = queues.get(processor);
    for (Queue<V> queue : queues) {
      if (queue.waiting.size() > longest.waiting.size()) {
        longest = queue;
      }
    }
    Share<V> stolen = longest.first();
    if (stolen == null || stolen.processor == processor) {
      return false;
    }
    withdraw(stolen.vcpu);
    enqueue(stolen.vcpu, processor, nowNs);
    return true;
  }

  @Override
  public int queued(int processor) {
    return queues.get(processor).waiting.size();
  }

  /** Keeps how far a vCPU is ahead of its queue, because each queue counts its own virtual time. */
  private void move(Share<V> share, int processor) {
    if (share.processor != processor) {
      long ahead = share.actual - queues.get(share.processor).virtualTime();
      share.actual = queues.get(processor).virtualTime() + ahead;
      share.processor = processor;
    }
  }

  private Share<V> shareOf(V vcpu) {
    Share<V> share = shares.get(vcpu);
    if (share == null) {
      throw new IllegalArgumentException("not admitted: " + vcpu);
    }
    return share;
  }

  /** The vCPUs that wait for one processor or run on it. */
  private static final class Queue<V> {
    final List<Share<V>> waiting = new ArrayList<>();
    @Nullable Share<V> running;
    private long virtualTime;

    /** The lowest actual virtual time of those that wait or run; never goes back. */
    long virtualTime() {
      long lowest = running != null ? running.actual : Long.MAX_VALUE;
      for (Share<V> share : waiting) {
        lowest = Math.min(lowest, share.actual);
      }
      if (lowest != Long.MAX_VALUE) {
        virtualTime = Math.max(virtualTime, lowest);
      }
      return virtualTime;
    }

    /** Who should run next: whoever yielded only if nobody else waits; the longest waiting wins. */
    @Nullable Share<V> first() {
      Share<V> best = null;
      for (Share<V> share : waiting) {
        if (best == null
            || (best.yielded && !share.yielded)
            || (best.yielded == share.yielded && share.effective < best.effective)) {
          best = share;
        }
      }
      return best;
    }
  }

  /** One vCPU's virtual time. */
  private static final class Share<V> {
    final V vcpu;
    final SchedulingSpec parameters;
    int processor;
    long actual;
    long effective;
    boolean yielded;
    boolean warping;
    private long warpedNs;
    private long warpAgainAtNs = Long.MIN_VALUE;

    Share(V vcpu, SchedulingSpec parameters, int processor) {
      this.vcpu = vcpu;
      this.parameters = parameters;
      this.processor = processor;
    }

    long effectiveAt(long nowNs) {
      return mayWarp(nowNs) ? actual - borrowed() : actual;
    }

    /** Virtual time at the default rate, at which 100 us are 10 units. */
    private long borrowed() {
      return parameters.warpUs() * 1000 * SchedulingSpec.DEFAULT.mcuAdvance() / MCU_NS;
    }

    boolean mayWarp(long nowNs) {
      return parameters.warpUs() > 0 && nowNs >= warpAgainAtNs;
    }

    long warpLeftNs() {
      return parameters.warpLimitUs() == 0
          ? Long.MAX_VALUE
          : Math.max(MCU_NS, parameters.warpLimitUs() * 1000 - warpedNs);
    }

    /** A warp ends when its limit is used up or the vCPU blocks. */
    void chargeWarp(long ranNs, boolean blocked, long nowNs) {
      if (!warping) {
        return;
      }
      warping = false;
      warpedNs += ranNs;
      boolean usedUp = parameters.warpLimitUs() > 0 && warpedNs >= parameters.warpLimitUs() * 1000;
      if (usedUp || blocked) {
        warpedNs = 0;
        warpAgainAtNs = nowNs + parameters.unwarpUs() * 1000;
      }
    }
  }
}
