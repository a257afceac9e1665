package org.xenoserver.vmm.conformance;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The page tables of a generated program: the arena where it is for S-mode, code and data again in
 * a window of U-mode and one of S-mode, and all of it through a 2 MiB and a 1 GiB page.
 */
final class AddressSpace {
  static final int V = 1;
  static final int R = 2;
  static final int W = 4;
  static final int X = 8;
  static final int U = 16;
  static final int A = 64;
  static final int D = 128;

  /** Data in a window begins here. */
  static final int DATA_IN_WINDOW = 0x10000;

  /** The page among the data that may be protected, and whose entry programs change. */
  static final int SPECIAL_PAGE = 2;

  private static final int[] SPECIAL_FLAGS = {
    0,
    V | R | A,
    V | R | X | A,
    V | W | A | D,
    V | R | W | X | A | D,
    V | R | W,
    V | R | W | A,
    V | X | A
  };

  private final ByteBuffer arena;
  private final SplittableRandom random;
  private final int levels;
  private int tables = 1;

  /** Where the windows and the large pages are. */
  final long user;

  final long supervisor;
  final long large;
  final long huge;
  final long satp;

  private AddressSpace(ByteBuffer arena, SplittableRandom random, int levels) {
    this.arena = arena;
    this.random = random;
    this.levels = levels;
    // One gigabyte each; the identity of RAM has number 2, and the board's PCI bus 16 to 31.
    int first = 32 + random.nextInt(30);
    this.user = window(levels == 3 && random.nextBoolean() ? first + 256 : first);
    this.supervisor = window(first + 70);
    this.large = window(levels == 3 && random.nextBoolean() ? first + 340 : first + 140);
    this.huge = (long) (first + 141) << 30;
    this.satp =
        (long) (levels + 5) << 60
            | (long) random.nextInt(4) << 44
            | Arena.BASE + Arena.TABLES >>> 12;
  }

  private long window(int gigabyte) {
    // Sign-extended from 39 bits, so that the upper half is canonical.
    return ((long) gigabyte << 30 << 25 >> 25) + ((long) random.nextInt(512) << 21);
  }

  /**
   * Writes the tables.
   *
   * @param levels 3 for Sv39, 4 for Sv48, 5 for Sv57
   */
  static AddressSpace write(ByteBuffer arena, SplittableRandom random, int levels) {
    AddressSpace space = new AddressSpace(arena, random, levels);
    space.mapAll();
    return space;
  }

  private void mapAll() {
    for (int page = 0; page < Arena.SIZE_BYTES >>> 12; page++) {
      int offset = page << 12;
      boolean code = offset >= Arena.CODE && offset < Arena.DATA || offset == Arena.HANDLERS;
      map(Arena.BASE + offset, Arena.BASE + offset, V | R | W | A | D | (code ? X : 0), 0);
    }
    window(user, U);
    window(supervisor, 0);
    int owner = random.nextBoolean() ? U : 0;
    map(large, Arena.BASE, V | R | W | owner | randomAccessed(), 1);
    map(huge, Arena.RAM, V | R | W | owner | randomAccessed(), 2);
  }

  private void window(long base, int owner) {
    for (int page = 0; page < Arena.CODE_BYTES >>> 12; page++) {
      int readable = random.nextInt(8) == 0 ? 0 : R;
      int accessed = random.nextInt(4) == 0 ? 0 : A;
      map(
          base + ((long) page << 12),
          Arena.BASE + Arena.CODE + (page << 12),
          V | X | readable | accessed | owner,
          0);
    }
    for (int page = 0; page < Arena.DATA_BYTES >>> 12; page++) {
      int flags = V | R | W | randomAccessed();
      int whose = owner;
      if (page == SPECIAL_PAGE) {
        flags = SPECIAL_FLAGS[random.nextInt(SPECIAL_FLAGS.length)];
        whose = random.nextInt(4) == 0 ? U - owner : owner;
      }
      map(
          base + DATA_IN_WINDOW + ((long) page << 12),
          Arena.BASE + Arena.DATA + (page << 12),
          flags | whose,
          0);
    }
  }

  private int randomAccessed() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> A;
      default -> A | D;
    };
  }

  /** The physical address of the entry of the special page in a window. */
  long specialEntry(long window) {
    return Arena.BASE + entryOffset(window + DATA_IN_WINDOW + ((long) SPECIAL_PAGE << 12), 0);
  }

  private void map(long virtual, long physical, int flags, int level) {
    arena.putLong(entryOffset(virtual, level), physical >>> 12 << 10 | flags);
  }

  /** Where in the arena the entry of a page is; the tables above it are made. */
  private int entryOffset(long virtual, int level) {
    int table = Arena.TABLES;
    for (int at = levels - 1; at > level; at--) {
      int entry = table + index(virtual, at);
      if ((arena.getLong(entry) & V) == 0) {
        int next = Arena.TABLES + 4096 * tables++;
        if (next + 4096 > Arena.SIZE_BYTES) {
          throw new IllegalStateException("no room for another page table");
        }
        arena.putLong(entry, Arena.BASE + next >>> 12 << 10 | V);
      }
      table = (int) ((arena.getLong(entry) >>> 10 << 12) - Arena.BASE);
    }
    return table + index(virtual, level);
  }

  private static int index(long virtual, int level) {
    return (int) (virtual >>> 12 + 9 * level & 0x1ff) << 3;
  }

  @Override
  public String toString() {
    return "levels=%d user=0x%x supervisor=0x%x large=0x%x huge=0x%x"
        .formatted(levels, user, supervisor, large, huge);
  }
}
