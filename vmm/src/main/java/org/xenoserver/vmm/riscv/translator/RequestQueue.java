package org.xenoserver.vmm.riscv.translator;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.TranslatedRegion;

/**
 * Places that harts want translated, the most wanted first: who waits goes on interpreting, and
 * asks again each time it has come by so many times more. Safe for several threads.
 */
final class RequestQueue {
  private static final int MOST = 4096;

  /** An instruction of a page. */
  record Place(CodePage page, int slot) {}

  /**
   * That a hart asks for code at an address.
   *
   * @param code what the hart executed
   * @param replaces the region that is to be bettered, or null for the first
   */
  record Request(Place place, long at, CodeView code, @Nullable TranslatedRegion replaces) {}

  private record Key(Place place, boolean better) {}

  private static final class Waiting {
    final Request request;
    int asked = 1;

    Waiting(Request request) {
      this.request = request;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Map<Key, Waiting> waiting = new HashMap<>();

  /** Asks, or asks again; false if the queue is full. */
  boolean ask(Place place, long at, CodeView code, @Nullable TranslatedRegion replaces) {
    lock.lock();
    try {
      Key key = new Key(place, replaces != null);
      Waiting known = waiting.get(key);
      if (known != null) {
        known.asked++;
        return true;
      }
      if (waiting.size() == MOST) {
        return false;
      }
      waiting.put(key, new Waiting(new Request(place, at, code.snapshot(), replaces)));
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what was asked for most often; null if nothing is there in time. */
  @Nullable Request poll(long timeoutMicros) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MICROSECONDS.toNanos(timeoutMicros);
      while (waiting.isEmpty() && leftNs > 0) {
        leftNs = filled.awaitNanos(leftNs);
      }
      return waiting.isEmpty() ? null : takeMostWanted();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #poll}, for as long as it takes. */
  Request take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        filled.await();
      }
      return takeMostWanted();
    } finally {
      lock.unlock();
    }
  }

  private Request takeMostWanted() {
    Map.@Nullable Entry<Key, Waiting> most = null;
    for (Map.Entry<Key, Waiting> entry : waiting.entrySet()) {
      if (most == null || entry.getValue().asked > most.getValue().asked) {
        most = entry;
      }
    }
    if (most == null) {
      throw new IllegalStateException("nothing waits");
    }
    waiting.remove(most.getKey());
    return most.getValue().request;
  }
}
