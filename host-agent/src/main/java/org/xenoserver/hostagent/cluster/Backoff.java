package org.xenoserver.hostagent.cluster;

import java.time.Duration;

/** How long to wait before trying again: doubled with every failure, bounded, reset by success. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private Duration next = FIRST;

  Duration failed() {
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return wait;
  }

  void succeeded() {
    next = FIRST;
  }
}
