package org.xenoserver.hostagent.cluster;

/** How long to wait before trying again: doubled with every failure, bounded, reset by success. */
final class Backoff {
  private static final long FIRST_NS = 100_000_000L;
  private static final long LONGEST_NS = 10_000_000_000L;

  private long nextNs = FIRST_NS;

  long failedNs() {
    long wait = nextNs;
    nextNs = Math.min(LONGEST_NS, nextNs * 2);
    return wait;
  }

  void succeeded() {
    nextNs = FIRST_NS;
  }
}
