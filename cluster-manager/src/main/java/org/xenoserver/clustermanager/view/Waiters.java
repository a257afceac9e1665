package org.xenoserver.clustermanager.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;

/**
 * Who waits, by what for, so that a change wakes those it is about and not thousands of others.
 * Guarded by the view's lock.
 */
final class Waiters {
  private final Map<Topic, List<Condition>> waiting = new HashMap<>();

  /** What a change is about. */
  sealed interface Topic {
    /** A domain as clients see it. */
    record OfDomain(String uuid) implements Topic {}

    /** An operation. */
    record OfOperation(String id) implements Topic {}

    /** Any host. */
    record Hosts() implements Topic {}

    /** The log. */
    record Events() implements Topic {}
  }

  void add(Condition waiter, List<Topic> topics) {
    for (Topic topic : topics) {
      waiting.computeIfAbsent(topic, any -> new ArrayList<>(1)).add(waiter);
    }
  }

  void remove(Condition waiter, List<Topic> topics) {
    for (Topic topic : topics) {
      List<Condition> others = waiting.get(topic);
      if (others != null && others.remove(waiter) && others.isEmpty()) {
        waiting.remove(topic);
      }
    }
  }

  void wake(Topic topic) {
    List<Condition> woken = waiting.get(topic);
    if (woken != null) {
      woken.forEach(Condition::signal);
    }
  }
}
