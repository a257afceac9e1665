package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The {@link Jump}s one hart has taken. */
final class JumpCache {
  private static final int ENTRIES = 1 << 16;

  /** The bit of an index from which address spaces tell entries of the same address apart. */
  private static final int SPACE_BIT = 9;

  /** From a context, twice the epoch of a bank, to the bank's number at that bit. */
  private static final int SPACE_SHIFT = TranslationBank.NUMBER_SHIFT + 1 - SPACE_BIT;

  private final @Nullable Jump[] jumps = new @Nullable Jump[ENTRIES];

  /** Forgets everything, so that no region is kept from being unloaded. */
  void clear() {
    Arrays.fill(jumps, null);
  }

  /** The jump noted for an address in a context, which may be another's. */
  @Nullable Jump at(long pc, long context) {
    return jumps[index(pc, context)];
  }

  /** Notes a jump in place of the one that was there. */
  void put(Jump jump) {
    jumps[index(jump.pc, jump.context)] = jump;
  }

  private static int index(long pc, long context) {
    return (int) (pc >>> 1 ^ pc >>> 15 ^ context >>> SPACE_SHIFT) & ENTRIES - 1;
  }
}
