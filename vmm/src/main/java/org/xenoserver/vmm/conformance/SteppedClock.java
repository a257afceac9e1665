package org.xenoserver.vmm.conformance;

import org.xenoserver.vmm.time.Clock;

/** A clock that goes only when told. */
final class SteppedClock implements Clock {
  private volatile long nowNs;

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread lets it go.
  void advance(long ns) {
    nowNs += ns;
  }

  @Override
  public long monotonicNs() {
    return nowNs;
  }

  @Override
  public long wallNs() {
    return nowNs;
  }
}
