package org.xenoserver.ops.xenctl;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of one host in a maintenance.
 *
 * @param reason one sentence; empty for a host that was done
 */
record HostResult(String host, Outcome outcome, String reason) {
  enum Outcome {
    /** It was drained, maintained, and takes domains again. */
    DONE,
    /** Something went wrong; if it had been drained by then, it still is. */
    FAILED,
    /** It was drained before, by somebody who may still need it so. */
    LEFT_OUT,
    /** Another had failed. */
    NOT_BEGUN
  }

  static HostResult done(String host) {
    return new HostResult(host, Outcome.DONE, "");
  }

  static HostResult failed(String host, String reason) {
    return new HostResult(host, Outcome.FAILED, reason);
  }

  static HostResult leftOut(String host) {
    return new HostResult(
        host, Outcome.LEFT_OUT, "host %s is left out: it was drained before".formatted(host));
  }

  static HostResult notBegun(String host) {
    return new HostResult(
        host, Outcome.NOT_BEGUN, "host %s was not begun: another failed".formatted(host));
  }

  boolean is(Outcome asked) {
    return outcome == asked;
  }

  Map<String, String> json() {
    Map<String, String> object = new LinkedHashMap<>();
    object.put("host", host);
    object.put("outcome", outcome.name());
    object.put("reason", reason);
    return object;
  }
}
