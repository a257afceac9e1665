package org.xenoserver.vmm.riscv;

import org.xenoserver.vmm.memory.RawMemory;

/**
 * What one hart has cached to store by, named by entries: the address of the cached translation in
 * its {@link TranslationBank}, with the number of the hart in its low four bits. Owned by the
 * hart's thread, but for {@link #owns}.
 */
final class StoreTranslations {
  /** Harts that can be told apart, and the bits of an entry that do it. */
  private static final long HARTS = 15;

  private final Hart hart;

  StoreTranslations(Hart hart) {
    this.hart = hart;
  }

  /** The entry of a translation at an address; none if this hart cannot be told from others. */
  long entry(long address) {
    return hart.id() < HARTS ? address | hart.id() : PageWrites.NOT_KEPT;
  }

  /** Whether an entry is of this hart. */
  boolean owns(long entry) {
    return (entry & HARTS) == hart.id();
  }

  /** Whether an entry of this hart still leads to a page of RAM, given by its number. */
  boolean leadsTo(long entry, int page) {
    long address = entry & ~HARTS;
    long tag = RawMemory.getLong(address);
    long host = tag + RawMemory.getLong(address + 8);
    return tag != -1 && hart.codePages.number(hart.memory.guestAddress(host)) == page;
  }

  /** Takes an entry of this hart away. */
  void drop(long entry) {
    RawMemory.putLong(entry & ~HARTS, -1);
  }
}
