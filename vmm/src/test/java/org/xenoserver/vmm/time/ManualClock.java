package org.xenoserver.vmm.time;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes only as a test says: by hand, and by a step each time it is read. */
public final class ManualClock implements Clock {
  private final AtomicLong nowNs;
  private volatile long stepNs;

  /** Stands at a moment. */
  public ManualClock(long nowNs) {
    this.nowNs = new AtomicLong(nowNs);
  }

  /** Lets time pass. */
  public void advance(long ns) {
    nowNs.addAndGet(ns);
  }

  /** Makes each reading take this long, 0 or more. */
  public void setStepNs(long stepNs) {
    this.stepNs = stepNs;
  }

  @Override
  public long monotonicNs() {
    return nowNs.getAndAdd(stepNs);
  }

  @Override
  public long wallNs() {
    return nowNs.get();
  }
}
