package org.xenoserver.vmm.riscv;

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

  /** Fills since the last flush that are kept in mind, so that a flush need not clear a table. */
  private static final int NOTED_FILLS = 64;

  long satp;
  long lastUsed;

  /** From the number of a bank to its first {@link #fetchEpoch}. */
  static final int NUMBER_SHIFT = 48;

  /** Changes whenever what a fetch finds may have changed; no two banks of a hart share one. */
  private long fetchEpoch;

  private final Runnable onFetchEpoch;

  private final long data = RawMemory.allocate(2 * TABLES * TABLE_BYTES);
  private final FetchTable[] fetchTables = {new FetchTable(), new FetchTable()};

  private final long[] filled = new long[NOTED_FILLS];
  private boolean clear;
  private int fills;

  private final LargeFragments large = new LargeFragments();

  /**
   * Makes an empty one.
   *
   * @param onFetchEpoch called after each change of {@link #fetchEpoch}
   */
  TranslationBank(int number, Runnable onFetchEpoch) {
    fetchEpoch = (long) number << NUMBER_SHIFT;
    this.onFetchEpoch = onFetchEpoch;
  }

  long fetchEpoch() {
    return fetchEpoch;
  }

  private void beginFetchEpoch() {
    fetchEpoch++;
    onFetchEpoch.run();
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
    return fetchTables[kind].get(virtual);
  }

  CodeView snapshot(int kind, TranslationAllowance allowance) {
    return fetchTables[kind].snapshot(allowance);
  }

  void fillFetch(int kind, long virtual, CodePage page, long pageBytes) {
    if (fetchTables[kind].put(virtual, page)) {
      beginFetchEpoch(); // What is dropped here could not be found when it changes.
    }
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
    boolean changed = false;
    for (FetchTable table : fetchTables) {
      changed |= table.clear();
    }
    if (changed) {
      beginFetchEpoch();
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
    for (FetchTable table : fetchTables) {
      if (table.remove(virtual)) {
        beginFetchEpoch();
      }
    }
  }

  void close() {
    RawMemory.free(data);
  }
}
