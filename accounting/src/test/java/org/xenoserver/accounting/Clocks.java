package org.xenoserver.accounting;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.InstantSource;

/** The one moment at which these tests take place. */
final class Clocks {
  static final InstantSource FIXED = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));

  private Clocks() {}

  static Timestamp timestamp() {
    return Timestamp.newBuilder().setSeconds(FIXED.instant().getEpochSecond()).build();
  }
}
