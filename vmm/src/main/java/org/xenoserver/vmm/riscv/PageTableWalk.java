package org.xenoserver.vmm.riscv;

import java.util.function.LongConsumer;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * Sv39, Sv48 and Sv57 translation (privileged manual, sections 4.3 to 4.6) with the accessed and
 * dirty bits kept by hardware if menvcfg.ADUE says so (Svadu).
 *
 * <p>Owned by one hart's thread; page tables are shared with other harts, so bits are set by
 * compare-and-set.
 */
final class PageTableWalk {
  static final int LOAD = 0;
  static final int STORE = 1;
  static final int FETCH = 2;

  /** What {@link #walk} gives for an access it refuses. */
  static final long PAGE_FAULT = -1;

  static final long ACCESS_FAULT = -2;

  static final int MODE_BARE = 0;
  private static final int MODE_SV39 = 8;
  private static final int MODE_SV57 = 10;

  private static final long V = 1;
  private static final long R = 1 << 1;
  private static final long W = 1 << 2;
  private static final long X = 1 << 3;
  private static final long U = 1 << 4;
  private static final long A = 1 << 6;
  private static final long D = 1 << 7;
  private static final long RESERVED = 0xffL << 54 | 3L << 62;
  private static final long PPN_MASK = (1L << 44) - 1;

  private final GuestMemory memory;
  private final PhysicalMemoryProtection protection;
  private final LongConsumer beforeChange;

  /** The size of the page that the translation last found is part of. */
  long pageBytes;

  /**
   * Walks page tables in a memory.
   *
   * @param beforeChange told the physical address of an entry whose bits are about to be set
   */
  PageTableWalk(
      GuestMemory memory, PhysicalMemoryProtection protection, LongConsumer beforeChange) {
    this.memory = memory;
    this.protection = protection;
    this.beforeChange = beforeChange;
  }

  /** Whether satp may hold a mode. */
  static boolean knows(int mode) {
    return mode == MODE_BARE || mode >= MODE_SV39 && mode <= MODE_SV57;
  }

  /**
   * Translates a virtual address.
   *
   * @param access {@link #LOAD}, {@link #STORE} or {@link #FETCH}
   * @param status mstatus, for SUM and MXR
   * @return the physical address, {@link #PAGE_FAULT} or {@link #ACCESS_FAULT}
   */
  long walk(long satp, long virtual, int access, int privilege, long status, boolean updateBits) {
    int levels = (int) (satp >>> 60) - MODE_SV39 + 3;
    int unusedBits = 64 - (12 + 9 * levels);
    if (virtual << unusedBits >> unusedBits != virtual) {
      return PAGE_FAULT;
    }
    while (true) {
      long table = (satp & PPN_MASK) << 12;
      int level = levels - 1;
      long entryAddress;
      long entry;
      while (true) {
        entryAddress = table + ((virtual >>> (12 + 9 * level) & 0x1ff) << 3);
        if (!memory.contains(entryAddress, 8)
            || !protection.admits(
                entryAddress, 8, PhysicalMemoryProtection.READ, Privilege.SUPERVISOR)) {
          return ACCESS_FAULT;
        }
        entry = RawMemory.getLong(memory.hostAddress(entryAddress));
        if ((entry & V) == 0 || (entry & (R | W)) == W || (entry & RESERVED) != 0) {
          return PAGE_FAULT;
        }
        if ((entry & (R | X)) != 0) {
          break;
        }
        if ((entry & (A | D | U)) != 0 || level == 0) {
          return PAGE_FAULT;
        }
        level--;
        table = (entry >>> 10 & PPN_MASK) << 12;
      }
      if (!permits(entry, access, privilege, status)) {
        return PAGE_FAULT;
      }
      long offsetMask = (1L << (12 + 9 * level)) - 1;
      long frame = (entry >>> 10 & PPN_MASK) << 12;
      if ((frame & offsetMask) != 0) {
        return PAGE_FAULT; // A misaligned large page.
      }
      long needed = access == STORE ? A | D : A;
      if ((entry & needed) != needed) {
        if (!updateBits) {
          return PAGE_FAULT;
        }
        if (!protection.admits(
            entryAddress, 8, PhysicalMemoryProtection.WRITE, Privilege.SUPERVISOR)) {
          return ACCESS_FAULT;
        }
        beforeChange.accept(entryAddress);
        if (!RawMemory.compareAndSetLong(memory.hostAddress(entryAddress), entry, entry | needed)) {
          continue; // Another hart changed the entry: begin again.
        }
      }
      pageBytes = offsetMask + 1;
      return frame | virtual & offsetMask;
    }
  }

  private static boolean permits(long entry, int access, int privilege, long status) {
    if (privilege == Privilege.USER) {
      if ((entry & U) == 0) {
        return false;
      }
    } else if ((entry & U) != 0 && (access == FETCH || (status & Csr.STATUS_SUM) == 0)) {
      return false;
    }
    return switch (access) {
      case LOAD -> (entry & R) != 0 || (status & Csr.STATUS_MXR) != 0 && (entry & X) != 0;
      case STORE -> (entry & W) != 0;
      default -> (entry & X) != 0;
    };
  }
}
