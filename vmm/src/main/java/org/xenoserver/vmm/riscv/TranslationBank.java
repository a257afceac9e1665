package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * The translations one hart has cached for one value of satp: a TLB of its own for an address
 * space, so that changing to another and back costs nothing.
 *
 * <p>Data translations are off the heap as pairs of {tag, addend}: the tag is the virtual page, the
 * addend what added to a virtual address gives the host's. There is a table for loads and one for
 * stores of each {@link #TABLES kind of access}, so that an entry alone says the access is
 * permitted. Owned by one hart's thread.
 */
final class TranslationBank {
  static final int USER = 0;
  static final int SUPERVISOR = 1;

  /** Supervisor accesses with mstatus.SUM set. */
  static final int SUPERVISOR_USER_MEMORY = 2;

  private static final int TABLES = 3;

  /** Picks an entry: {@code table + (address >>> INDEX_SHIFT & INDEX_MASK)}. */
  static final int INDEX_SHIFT = 8;

  static final long INDEX_MASK = 0xfff0;

  /** From a table for loads to the one for stores. */
  static final long TABLE_BYTES = INDEX_MASK + 16;

  /** Of an address, what a tag is compared with; the low bits make a misaligned access miss. */
  static final long PAGE_MASK = ~0xfffL;

  /**
   * Pages of code that are known at a time, of 16 MiB in a row: two that are in each other's way
   * would have every jump looked up anew.
   */
  private static final int FETCH_ENTRIES = 4096;

  // Most banks are never used.
  private static final long[] NO_TAGS = new long[FETCH_ENTRIES];
  private static final @Nullable CodePage[] NO_PAGES = new @Nullable CodePage[FETCH_ENTRIES];

  static {
    Arrays.fill(NO_TAGS, -1);
  }

  /** Fills since the last flush that are kept in mind, so that a flush need not clear a table. */
  private static final int NOTED_FILLS = 64;

  long satp;
  long lastUsed;

  /** From the number of a bank to its first {@link #fetchEpoch}. */
  static final int NUMBER_SHIFT = 48;

  /** Changes whenever what a fetch finds may have changed; no two banks of a hart share one. */
  long fetchEpoch;

  private final long data = RawMemory.allocate(2 * TABLES * TABLE_BYTES);
  private final long[][] fetchTags = {NO_TAGS, NO_TAGS};
  private final @Nullable CodePage[][] fetchPages = {NO_PAGES, NO_PAGES};

  /** For which kinds there are such tables of its own. */
  private final boolean[] fetches = new boolean[2];

  private final long[] filled = new long[NOTED_FILLS];
  private boolean clear;
  private int fills;
  private boolean fetched;

  private final LargeFragments large = new LargeFragments();

  TranslationBank(int number) {
    fetchEpoch = (long) number << NUMBER_SHIFT;
  }

  /** Makes the tables ready; most banks of most harts are never used. */
  void use() {
    if (!clear) {
      RawMemory.fill(data, 2 * TABLES * TABLE_BYTES, (byte) 0xff);
      clear = true;
    }
  }

  long loadTable(int kind) {
    return data + 2L * kind * TABLE_BYTES;
  }

  long storeTable(int kind) {
    return loadTable(kind) + TABLE_BYTES;
  }

  /** Where the translation of an address is cached; a multiple of 16. */
  long entry(int kind, boolean store, long virtual) {
    return (store ? storeTable(kind) : loadTable(kind)) + (virtual >>> INDEX_SHIFT & INDEX_MASK);
  }

  /**
   * Caches a translation for loads or stores.
   *
   * @param pageBytes the size of the page that the address is in
   */
  void fill(int kind, boolean store, long virtual, long addend, long pageBytes) {
    long entry = entry(kind, store, virtual);
    RawMemory.putLong(entry, virtual & PAGE_MASK);
    RawMemory.putLong(entry + 8, addend);
    if (fills < NOTED_FILLS) {
      filled[fills] = entry;
    }
    fills++;
    noteLarge(virtual, pageBytes);
  }

  @Nullable CodePage fetch(int kind, long virtual) {
    int index = (int) (virtual >>> 12) & FETCH_ENTRIES - 1;
    return fetchTags[kind][index] == (virtual & PAGE_MASK) ? fetchPages[kind][index] : null;
  }

  CodeView snapshot(int kind, TranslationAllowance allowance) {
    long[] tags = fetchTags[kind];
    int[] known = IntStream.range(0, FETCH_ENTRIES).filter(i -> tags[i] != -1).toArray();
    long[] addresses = new long[known.length];
    @Nullable CodePage[] pages = new @Nullable CodePage[known.length];
    for (int i = 0; i < known.length; i++) {
      addresses[i] = tags[known[i]];
      pages[i] = fetchPages[kind][known[i]];
    }
    return new Snapshot(addresses, pages, allowance);
  }

  private record Snapshot(
      long[] addresses, @Nullable CodePage[] pages, TranslationAllowance allowance)
      implements CodeView {
    @Override
    public @Nullable CodePage page(long virtual) {
      for (int i = 0; i < addresses.length; i++) {
        if (addresses[i] == (virtual & PAGE_MASK)) {
          return pages[i];
        }
      }
      return null;
    }

    @Override
    public CodeView snapshot() {
      return this;
    }
  }

  void fillFetch(int kind, long virtual, CodePage page, long pageBytes) {
    if (!fetches[kind]) {
      fetches[kind] = true;
      fetchTags[kind] = NO_TAGS.clone();
      fetchPages[kind] = new @Nullable CodePage[FETCH_ENTRIES];
    }
    int index = (int) (virtual >>> 12) & FETCH_ENTRIES - 1;
    if (fetchTags[kind][index] != -1) {
      fetchEpoch++; // What is dropped here could not be found when it changes.
    }
    fetchTags[kind][index] = virtual & PAGE_MASK;
    fetched = true;
    fetchPages[kind][index] = page;
    noteLarge(virtual, pageBytes);
  }

  private void noteLarge(long virtual, long pageBytes) {
    if (pageBytes > CodePage.BYTES) {
      large.note(virtual, pageBytes);
    }
  }

  /** Forgets everything. */
  void flush() {
    if (fills > NOTED_FILLS) {
      RawMemory.fill(data, 2 * TABLES * TABLE_BYTES, (byte) 0xff);
    } else {
      for (int i = 0; i < fills; i++) {
        RawMemory.putLong(filled[i], -1);
      }
    }
    fills = 0;
    large.clear();
    flushFetch();
  }

  /** Forgets which code is where, so that the next fetch looks at memory again. */
  void flushFetch() {
    if (!fetched) {
      return;
    }
    fetched = false;
    fetchEpoch++;
    for (int kind = 0; kind < fetchTags.length; kind++) {
      if (fetches[kind]) {
        Arrays.fill(fetchTags[kind], -1);
        Arrays.fill(fetchPages[kind], null);
      }
    }
  }

  /** Forgets the page around an address, or everything if it may be part of a large page. */
  void flush(long virtual) {
    if (large.mayHold(virtual)) {
      flush();
      return;
    }
    if (fills > 0) {
      long index = virtual >>> INDEX_SHIFT & INDEX_MASK;
      for (int table = 0; table < 2 * TABLES; table++) {
        RawMemory.putLong(data + table * TABLE_BYTES + index, -1);
      }
    }
    int fetchIndex = (int) (virtual >>> 12) & FETCH_ENTRIES - 1;
    for (int kind = 0; kind < fetchTags.length; kind++) {
      if (fetchTags[kind][fetchIndex] == (virtual & PAGE_MASK)) {
        fetchEpoch++;
        fetchTags[kind][fetchIndex] = -1;
        fetchPages[kind][fetchIndex] = null;
      }
    }
  }

  void close() {
    RawMemory.free(data);
  }
}
