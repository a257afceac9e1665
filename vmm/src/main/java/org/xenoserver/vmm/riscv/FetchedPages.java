package org.xenoserver.vmm.riscv;

import java.util.BitSet;

/**
 * Which pages of RAM one hart has cached to fetch from, for FENCE.I: of code that cannot have
 * changed since the last one, nothing need be looked at again (unprivileged manual, chapter
 * "Zifencei"). Owned by the hart's thread.
 */
final class FetchedPages {
  private final CodePages codePages;
  private final BitSet numbers = new BitSet();
  private boolean unwatched;
  private long seenOpened;
  private long seenChanges;

  FetchedPages(CodePages codePages) {
    this.codePages = codePages;
  }

  /** Notes that the page of a physical address is cached. */
  void add(long physical) {
    int number = codePages.number(physical);
    numbers.set(number);
    unwatched |= !codePages.isWatched(number);
  }

  /**
   * Whether a page that was noted may have changed since the last time this was asked. If so, none
   * is noted any more: the caller forgets them all.
   */
  boolean mayHaveChanged() {
    long opened = codePages.opened();
    long changes = codePages.changesByDevices();
    boolean changed = unwatched || changes != seenChanges || wasOpened(seenOpened, opened);
    seenOpened = opened;
    seenChanges = changes;
    if (changed) {
      numbers.clear();
      unwatched = false;
    }
    return changed;
  }

  private boolean wasOpened(long from, long to) {
    for (long sequence = from; sequence < to; sequence++) {
      int page = codePages.opened(sequence);
      if (page < 0 || numbers.get(page)) {
        return true;
      }
    }
    return false;
  }
}
