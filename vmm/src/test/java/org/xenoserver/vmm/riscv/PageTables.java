package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.memory.GuestMemory;

/** Writes the page tables of one address space into guest memory. */
final class PageTables {
  static final int V = 1;
  static final int R = 2;
  static final int W = 4;
  static final int X = 8;
  static final int U = 16;
  static final int A = 64;
  static final int D = 128;
  static final int RW = V | R | W | A | D;
  static final int RX = V | R | X | A | D;

  private final GuestMemory memory;
  private final int levels;
  private final long root;
  private long nextTable;

  /**
   * Empty tables.
   *
   * @param levels 3 for Sv39, 4 for Sv48, 5 for Sv57
   * @param root where the tables begin; each takes a page, one after the other
   */
  PageTables(GuestMemory memory, int levels, long root) {
    this.memory = memory;
    this.levels = levels;
    this.root = root;
    this.nextTable = root + 4096;
  }

  /** The value of satp. */
  long satp(int asid) {
    return (long) (levels + 5) << 60 | (long) asid << 44 | root >>> 12;
  }

  /** Maps a page of 4 KiB. */
  PageTables map(long virtual, long physical, int flags) {
    return map(virtual, physical, flags, 0);
  }

  /** Maps a page of 4 KiB times 512 to the power of a level. */
  PageTables map(long virtual, long physical, int flags, int level) {
    memory.putLong(entryAddress(virtual, level), physical >>> 12 << 10 | flags);
    return this;
  }

  /** Where the entry of a page is; the tables above it are made. */
  long entryAddress(long virtual, int level) {
    long table = root;
    for (int at = levels - 1; at > level; at--) {
      long address = table + index(virtual, at);
      if ((memory.getLong(address) & V) == 0) {
        memory.putLong(address, nextTable >>> 12 << 10 | V);
        nextTable += 4096;
      }
      table = memory.getLong(address) >>> 10 << 12;
    }
    return table + index(virtual, level);
  }

  /** The entry of a page of 4 KiB. */
  long entry(long virtual) {
    return memory.getLong(entryAddress(virtual, 0));
  }

  private static long index(long virtual, int level) {
    return (virtual >>> 12 + 9 * level & 0x1ff) << 3;
  }
}
