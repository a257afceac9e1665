package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The code pages that one hart has fetched from in one address space and privilege, by their
 * virtual addresses. It grows with the code: where two pages are in each other's way, whatever was
 * found by either must be found anew, and a compiler's code is many times a shell's. Owned by the
 * hart's thread.
 */
final class FetchTable {
  private static final int FIRST_ENTRIES = 1 << 12;
  private static final int MOST_ENTRIES = 1 << 16;
  private static final int PAGE_SHIFT = 12;

  // No page has such an address.
  private static final long EMPTY = -1;
  private static final long REMOVED = -2;

  private static final long[] NO_TAGS = {EMPTY};
  private static final @Nullable CodePage[] NO_PAGES = {null};

  // Most tables are never used.
  private long[] tags = NO_TAGS;
  private @Nullable CodePage[] pages = NO_PAGES;

  /** The entries that are not empty, as a table is cleared more often than it is filled. */
  private int[] filled = {};

  private int count;
  private @Nullable Snapshot latest;

  /** The page of an address; null if it is not known. */
  @Nullable CodePage get(long virtual) {
    int index = (int) (virtual >>> PAGE_SHIFT) & tags.length - 1;
    return tags[index] == (virtual & TranslationBank.PAGE_MASK) ? pages[index] : null;
  }

  /**
   * Notes the page of an address.
   *
   * @return whether what was known before, of this address or another, is not known any more
   */
  boolean put(long virtual, CodePage page) {
    long tag = virtual & TranslationBank.PAGE_MASK;
    while (isInTheWay(tag) && tags.length < MOST_ENTRIES) {
      grow();
    }
    int index = (int) (virtual >>> PAGE_SHIFT) & tags.length - 1;
    long before = tags[index];
    if (before == EMPTY) {
      note(index);
    }
    tags[index] = tag;
    pages[index] = page;
    latest = null;
    return before != EMPTY && before != REMOVED;
  }

  private boolean isInTheWay(long tag) {
    long present = tags[(int) (tag >>> PAGE_SHIFT) & tags.length - 1];
    return tags.length < FIRST_ENTRIES || present != EMPTY && present != REMOVED && present != tag;
  }

  private void grow() {
    long[] oldTags = tags;
    @Nullable CodePage[] oldPages = pages;
    int oldCount = count;
    int[] oldFilled = filled;
    int entries = Math.max(FIRST_ENTRIES, 2 * oldTags.length);
    tags = new long[entries];
    Arrays.fill(tags, EMPTY);
    pages = new @Nullable CodePage[entries];
    filled = new int[oldFilled.length];
    count = 0;
    for (int i = 0; i < oldCount; i++) {
      long tag = oldTags[oldFilled[i]];
      if (tag != REMOVED) {
        int index = (int) (tag >>> PAGE_SHIFT) & entries - 1;
        tags[index] = tag;
        pages[index] = oldPages[oldFilled[i]];
        note(index);
      }
    }
  }

  private void note(int index) {
    if (count == filled.length) {
      filled = Arrays.copyOf(filled, Math.max(64, 2 * count));
    }
    filled[count++] = index;
  }

  /** Forgets the page of an address; whether it was known. */
  boolean remove(long virtual) {
    int index = (int) (virtual >>> PAGE_SHIFT) & tags.length - 1;
    if (tags[index] != (virtual & TranslationBank.PAGE_MASK)) {
      return false;
    }
    tags[index] = REMOVED;
    pages[index] = null;
    latest = null;
    return true;
  }

  /** Forgets all pages; whether any was known since the last time. */
  boolean clear() {
    boolean any = count > 0;
    for (int i = 0; i < count; i++) {
      tags[filled[i]] = EMPTY;
      pages[filled[i]] = null;
    }
    count = 0;
    latest = null;
    return any;
  }

  /** What is known now. */
  CodeView snapshot(TranslationAllowance allowance) {
    Snapshot snapshot = latest;
    if (snapshot == null || snapshot.allowance != allowance) {
      long[] addresses = new long[count];
      @Nullable CodePage[] known = new @Nullable CodePage[count];
      for (int i = 0; i < count; i++) {
        addresses[i] = tags[filled[i]];
        known[i] = pages[filled[i]];
      }
      snapshot = new Snapshot(addresses, known, allowance);
      latest = snapshot;
    }
    return snapshot;
  }

  /** Read by one thread at a time, which puts the pages in order when it first looks for one. */
  private static final class Snapshot implements CodeView {
    final TranslationAllowance allowance;
    private long[] addresses;
    private @Nullable CodePage[] pages;
    private boolean hashed;

    Snapshot(long[] addresses, @Nullable CodePage[] pages, TranslationAllowance allowance) {
      this.addresses = addresses;
      this.pages = pages;
      this.allowance = allowance;
    }

    @Override
    public @Nullable CodePage page(long virtual) {
      if (!hashed) {
        hash();
      }
      return pages[index(virtual & TranslationBank.PAGE_MASK)];
    }

    /** Where an address is, or else would be. */
    private int index(long address) {
      int index = (int) (address >>> PAGE_SHIFT) & addresses.length - 1;
      while (addresses[index] != address && addresses[index] != EMPTY) {
        index = index + 1 & addresses.length - 1;
      }
      return index;
    }

    private void hash() {
      long[] from = addresses;
      @Nullable CodePage[] fromPages = pages;
      addresses = new long[4 * Integer.highestOneBit(from.length | 1)];
      Arrays.fill(addresses, EMPTY);
      pages = new @Nullable CodePage[addresses.length];
      for (int i = 0; i < from.length; i++) {
        if (from[i] != REMOVED) {
          int index = index(from[i]);
          addresses[index] = from[i];
          pages[index] = fromPages[i];
        }
      }
      hashed = true;
    }

    @Override
    public TranslationAllowance allowance() {
      return allowance;
    }

    @Override
    public CodeView snapshot() {
      return this;
    }
  }
}
