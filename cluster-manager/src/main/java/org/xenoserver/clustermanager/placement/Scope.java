package org.xenoserver.clustermanager.placement;

import java.util.List;

/**
 * How far "together" reaches: one host, or all hosts whose failure domains begin with the same
 * {@code depth} names.
 *
 * @param depth 0 for one host, 1 for the outermost failure domain
 */
public record Scope(int depth) {
  /** The longest path of failure domains. */
  public static final int DEPTHS = 8;

  public static final Scope HOST = new Scope(0);

  public Scope {
    if (depth < 0 || depth > DEPTHS) {
      throw new IllegalArgumentException(
          "a scope's depth is %d; allowed are 0 (a host) to %d".formatted(depth, DEPTHS));
    }
  }

  /** The place a host belongs to at this scope, for people. */
  String place(HostOffer host) {
    if (depth == 0) {
      return "host " + host.name();
    }
    List<String> path = host.failureDomain();
    return depth > path.size()
        ? "no failure domain"
        : "failure domain " + String.join("/", path.subList(0, depth));
  }
}
