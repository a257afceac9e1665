package org.xenoserver.vmm.riscv;

/**
 * What one hart has cached to store by, named by entries: the address of the cached translation,
 * with the number of the hart in its low four bits.
 */
interface StoreTranslations {
  /** Harts that can be told apart, and the bits of an entry that do it. */
  long HARTS = 15;

  /** Whether an entry is of this hart. */
  boolean owns(long entry);

  /** Whether an entry of this hart still leads to a page of RAM, given by its number. */
  boolean leadsTo(long entry, int page);

  /** Takes an entry of this hart away. */
  void drop(long entry);
}
