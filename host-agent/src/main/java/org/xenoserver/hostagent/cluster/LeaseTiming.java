package org.xenoserver.hostagent.cluster;

import java.time.Duration;

/**
 * The times of a lease, worked out from how long the store keeps a session that it does not hear of.
 *
 * <p>A write that succeeded in a session shows that the session lived when the store took it in,
 * which is after it was sent. The store cannot end the session sooner than one timeout after it last
 * noted to have heard of it, and it notes that at most half a tick before the write (a follower
 * tells the leader of its sessions every half tick, and may die before it does). So domains may run
 * until {@code sent + timeout - margin}, both by this host's monotonic clock, if the margin covers
 * half a tick and what the clocks of store and host differ over one timeout. A quarter of the
 * timeout covers half a tick of 2 s and a drift of 5 % with a lease of 5 s. Before it places the
 * domains elsewhere, the manager waits a margin of its own after the lease is gone; this argument
 * does not need it, it is there for what the argument may have overlooked.
 *
 * @param timeoutNs of the session
 */
record LeaseTiming(long timeoutNs) {
  private static final int MARGIN_PART = 4;
  private static final int RENEWALS = 5;

  /** The shorter of what was asked for and what the store agreed to. */
  static LeaseTiming of(Duration asked, long agreedNs) {
    return new LeaseTiming(Math.min(asked.toNanos(), agreedNs));
  }

  /** How long to wait between proofs. */
  long renewalNs() {
    return timeoutNs / RENEWALS;
  }

  /** Until when domains may run after a proof that was sent then. */
  long deadlineNs(long sentNs) {
    return sentNs + timeoutNs - timeoutNs / MARGIN_PART;
  }
}
