package org.xenoserver.vmm.time;

import java.time.Instant;

/** A source of time. Nothing in the VMM reads the system clock but through one of these. */
public interface Clock {
  /** Nanoseconds since an arbitrary origin; never goes backwards. Safe from any thread. */
  long monotonicNs();

  /** Nanoseconds since 1970-01-01T00:00:00Z, as far as the host knows. Safe from any thread. */
  long wallNs();

  /** The host's clocks. */
  static Clock system() {
    return new Clock() {
      @Override
      public long monotonicNs() {
        return System.nanoTime();
      }

      @Override
      public long wallNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
      }
    };
  }
}
