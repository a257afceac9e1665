package org.xenoserver.hostagent.cluster;

/** What keeps this host's domains from running without its lease. */
public interface RunGate {
  /** Lets them run until a time of the loop's monotonic clock; never shortens. */
  void extendTo(long deadlineNs);

  /** Stops them now. */
  void revoke();
}
