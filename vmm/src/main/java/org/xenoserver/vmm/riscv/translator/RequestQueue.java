package org.xenoserver.vmm.riscv.translator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.TranslatedRegion;

/**
 * Places that harts want translated. First come those where a region is to be bettered, for that is
 * asked for once much was executed there; then those without a region, the most wanted first: who
 * waits goes on interpreting, and asks again each time it has come by so many times more. Safe for
 * several threads.
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

  private static final class Waiting {
    final Request request;
    int asked = 1;

    Waiting(Request request) {
      this.request = request;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final LinkedHashMap<Place, Request> toBetter = new LinkedHashMap<>();
  private final Map<Place, Waiting> waiting = new HashMap<>();

  /** Asks, or asks again; false if the queue is full. */
  boolean ask(Place place, long at, CodeView code, @Nullable TranslatedRegion replaces) {
    lock.lock();
    try {
      Waiting known = waiting.get(place);
      if (replaces == null && known != null) {
        known.asked++;
        return true;
      }
      if (waiting.size() + toBetter.size() >= MOST) {
        return false;
      }
      Request request = new Request(place, at, code.snapshot(), replaces);
      if (replaces == null) {
        waiting.put(place, new Waiting(request));
      } else {
        toBetter.putIfAbsent(place, request);
      }
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first; null if nothing is there in time. */
  @Nullable Request poll(long timeoutMicros) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MICROSECONDS.toNanos(timeoutMicros);
      while (isEmpty() && leftNs > 0) {
        leftNs = filled.awaitNanos(leftNs);
      }
      return isEmpty() ? null : takeFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first that is to better a region; null if there is none. */
  @Nullable Request pollBetter() {
    lock.lock();
    try {
      return takeBetter();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #poll}, for as long as it takes. */
  Request take() throws InterruptedException {
    lock.lock();
    try {
      while (isEmpty()) {
        filled.await();
      }
      return takeFirst();
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return toBetter.isEmpty() && waiting.isEmpty();
  }

  private @Nullable Request takeBetter() {
    Map.Entry<Place, Request> first = toBetter.pollFirstEntry();
    return first == null ? null : first.getValue();
  }

  private Request takeFirst() {
    Request better = takeBetter();
    return better != null ? better : takeMostWanted();
  }

  private Request takeMostWanted() {
    Map.@Nullable Entry<Place, Waiting> most = null;
    for (Map.Entry<Place, Waiting> entry : waiting.entrySet()) {
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
