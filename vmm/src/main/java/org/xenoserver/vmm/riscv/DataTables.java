package org.xenoserver.vmm.riscv;

/**
 * How a region finds the host address of data: the entry at {@code loadTable + (address >>>
 * INDEX_SHIFT & INDEX_MASK)}, for stores {@link #STORE_DISTANCE} further, holds a tag, the address
 * of its page, and {@link #ADDEND} bytes on what to add. All of an access is on that page if {@code
 * address & (PAGE_MASK | size - 1)} equals it, then aligned, or {@code address + size - 1 &
 * PAGE_MASK}.
 */
public final class DataTables {
  /** From address bits to entries. */
  public static final int INDEX_SHIFT = TranslationBank.INDEX_SHIFT;

  /** Which of the shifted bits choose the entry. */
  public static final long INDEX_MASK = TranslationBank.INDEX_MASK;

  /** Of an address, the page. */
  public static final long PAGE_MASK = TranslationBank.PAGE_MASK;

  /** From the table for loads to the one for stores. */
  public static final long STORE_DISTANCE = TranslationBank.TABLE_BYTES;

  /** Where in an entry the addend is. */
  public static final long ADDEND = 8;

  private DataTables() {}
}
