package org.xenoserver.hostagent.cluster;

import java.time.Duration;

/**
 * The times of a lease.
 *
 * <p>A proof is a write to the host's proof node with the version of the proof before. From the
 * moment a proof that succeeded was sent, domains may run for {@link #validityNs}, by this host's
 * monotonic clock. A manager that wants to give the host up notes the version of the proof node,
 * waits for that validity and a tenth more by its own monotonic clock, and then moves the domains
 * in one multi-operation that demands the same version and raises it. Whatever proof the host
 * relies on was sent before the manager saw its version or the move is refused; so the domains have
 * stopped when it happens, if the two clocks differ by less than a tenth. Nothing here depends on
 * when ZooKeeper ends sessions: it may do so right after a write that succeeded, as a follower
 * tells the leader only later that it heard of a session.
 *
 * @param timeoutNs after how long without contact the cluster gives the host up
 */
record LeaseTiming(long timeoutNs) {
  private static final int VALID_TENTHS = 6;
  private static final int RENEWALS = 5;

  static LeaseTiming of(Duration timeout) {
    return new LeaseTiming(timeout.toNanos());
  }

  /** How long to wait between proofs. */
  long renewalNs() {
    return timeoutNs / RENEWALS;
  }

  /** For how long after it was sent a proof lets domains run: three renewals. */
  long validityNs() {
    return timeoutNs / 10 * VALID_TENTHS;
  }

  /** Until when domains may run after a proof that was sent then. */
  long deadlineNs(long sentNs) {
    return sentNs + validityNs();
  }
}
