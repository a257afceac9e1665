package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where one hart's jumps lead: for a virtual address in an address space, the region to enter.
 *
 * <p>An entry is made once every page of the region was seen to be mapped where the region expects
 * it, and holds as long as the {@linkplain MemoryAccess#fetchContext context} it was made in: any
 * change of translations or code makes a new context.
 */
final class JumpCache {
  private static final int ENTRIES = 1 << 16;

  /** The bit of an index from which address spaces tell entries of the same address apart. */
  private static final int SPACE_BIT = 9;

  /** From a context, twice the epoch of a bank, to the bank's number at that bit. */
  private static final int SPACE_SHIFT = TranslationBank.NUMBER_SHIFT + 1 - SPACE_BIT;

  /** One entry. */
  static final class Jump {
    long pc;
    long context = -1;
    long base;
    int entry;
    @Nullable TranslatedRegion region;

    /** Instructions executed by way of it that the region has not been told of. */
    int executed;
  }

  private final @Nullable Jump[] jumps = new @Nullable Jump[ENTRIES];

  /** Forgets everything, so that no region is kept from being unloaded. */
  void clear() {
    Arrays.fill(jumps, null);
  }

  /** The entry an address in a context has, which may hold another's. */
  Jump at(long pc, long context) {
    int index = (int) (pc >>> 1 ^ pc >>> 15 ^ context >>> SPACE_SHIFT) & ENTRIES - 1;
    Jump jump = jumps[index];
    return jump == null ? jumps[index] = new Jump() : jump;
  }
}
