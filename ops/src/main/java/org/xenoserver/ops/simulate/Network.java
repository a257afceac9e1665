package org.xenoserver.ops.simulate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who can reach whom, and how long it takes. A link may be cut one way. */
final class Network {
  private final VirtualTime time;
  private final Set<String> cut = new HashSet<>();
  private final Map<String, Long> slowNs = new HashMap<>();

  Network(VirtualTime time) {
    this.time = time;
  }

  boolean reaches(String from, String to) {
    return cut.isEmpty() || !cut.contains(from + ">" + to);
  }

  void cut(String from, String to) {
    cut.add(from + ">" + to);
  }

  void heal() {
    cut.clear();
    slowNs.clear();
  }

  /** Lets everything that a process sends and receives take longer. */
  void slow(String name, long extraNs) {
    slowNs.put(name, extraNs);
  }

  /** How long a message takes that is sent now. */
  long delayNs(String from, String to) {
    long base = time.betweenNs(0, 2) + 50_000;
    if (time.chance(0.01)) {
      base += time.betweenNs(5, 200);
    }
    if (slowNs.isEmpty()) {
      return base;
    }
    return base + slowNs.getOrDefault(from, 0L) + slowNs.getOrDefault(to, 0L);
  }

  /** Delivers a message if the link is whole when it is sent and when it arrives. */
  void send(String from, String to, Runnable delivered) {
    if (reaches(from, to)) {
      time.after(
          delayNs(from, to),
          () -> {
            if (reaches(from, to)) {
              delivered.run();
            }
          });
    }
  }
}
