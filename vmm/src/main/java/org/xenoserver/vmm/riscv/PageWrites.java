package org.xenoserver.vmm.riscv;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * By which cached translations harts may store to each page of RAM. A page that none leads to can
 * be watched: it is unchanged until a hart opens it. Safe for several threads, where it does not
 * say otherwise.
 *
 * <p>A page is in one of four states: untouched; watched, since a count of changes by devices; open
 * by one known entry of {@link StoreTranslations}; open by several or unknown ones, for good.
 */
final class PageWrites {
  /** In place of an entry: the store is made without a cached translation. */
  static final long NOT_KEPT = 0;

  private static final long UNTOUCHED = 0;
  private static final long OPEN = 1;
  private static final long WATCHED = Long.MIN_VALUE;

  /** Openings that are kept in mind. */
  private static final int REMEMBERED = 64;

  private final AtomicLongArray states;
  private final AtomicIntegerArray lastOpened = new AtomicIntegerArray(REMEMBERED);
  private volatile long opened;

  PageWrites(int pages) {
    states = new AtomicLongArray(pages);
  }

  boolean isWatched(int page) {
    return states.get(page) < 0;
  }

  /** Whether a page is watched, and was looked at when devices had changed memory so often. */
  boolean isWatchedSince(int page, long changes) {
    return states.get(page) == (WATCHED | changes);
  }

  /** Watches a page if it can be; one thread at a time, and not within {@link #openWatched}. */
  void watch(int page, long changes, StoreTranslations stores) {
    while (true) {
      long state = states.get(page);
      if (state == OPEN || isEntry(state) && !stores.owns(state)) {
        return;
      }
      if (states.compareAndSet(page, state, WATCHED | changes)) {
        if (isEntry(state) && stores.leadsTo(state, page)) {
          stores.drop(state);
        }
        return;
      }
    }
  }

  /** Opens a page for stores by an entry; false if it is watched. */
  boolean open(int page, long entry, StoreTranslations stores) {
    while (true) {
      long state = states.get(page);
      if (state < 0) {
        return false;
      }
      if (state == entry || state == OPEN) {
        return true;
      }
      boolean alone = state == UNTOUCHED || stores.owns(state) && !stores.leadsTo(state, page);
      if (states.compareAndSet(page, state, alone && isEntry(entry) ? entry : OPEN)) {
        return true;
      }
    }
  }

  private static boolean isEntry(long state) {
    return state > OPEN;
  }

  /** Opens a page that was watched; one thread at a time. */
  void openWatched(int page, long entry) {
    if (!isWatched(page)) {
      states.set(page, OPEN); // Another hart was faster, and both will store.
      return;
    }
    states.set(page, isEntry(entry) ? entry : OPEN);
    long count = opened;
    lastOpened.set((int) (count % REMEMBERED), page);
    opened = count + 1;
  }

  /** How often pages that were watched have been opened. */
  long opened() {
    return opened;
  }

  /** Which page was opened at a count; -1 if that is not kept in mind any more. */
  int opened(long count) {
    int page = lastOpened.get((int) (count % REMEMBERED));
    return opened - count > REMEMBERED - 1 ? -1 : page;
  }
}
