package org.xenoserver.vmm.riscv;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.time.Clock;

/**
 * The code pages of one machine's RAM, shared by its harts, and which of them were stored to.
 *
 * <p>What a page was made from is looked at again only if it can have changed. {@link PageWrites}
 * knows that of each page: as long as it is watched, no hart has a translation to store to it, and
 * the first that wants one {@linkplain #openForStores says so}. Devices tell by {@link
 * GuestMemory#changes} only that they wrote anywhere. Safe for several threads.
 */
public final class CodePages {
  private final GuestMemory memory;
  private final CodeLibrary library;
  private final TranslationAllowance allowance;
  private final AtomicReferenceArray<@Nullable CodePage> pages;
  private final PageWrites writes;

  /** Code that is interpreted only, and shared with no other machine. */
  public CodePages(GuestMemory memory) {
    this(memory, new CodeLibrary(RegionTranslator.NONE));
  }

  /** Code shared with the other machines that use a library, of a domain that has only this one. */
  public CodePages(GuestMemory memory, CodeLibrary library) {
    this(memory, library, new TranslationAllowance(Clock.system()));
  }

  /** Code shared with the other machines that use a library, on a domain's account. */
  public CodePages(GuestMemory memory, CodeLibrary library, TranslationAllowance allowance) {
    this.memory = memory;
    this.library = library;
    this.allowance = allowance;
    int count = (int) (memory.sizeBytes() >>> 12);
    this.pages = new AtomicReferenceArray<>(count);
    this.writes = new PageWrites(count);
    library.machineBegins();
  }

  RegionTranslator translator() {
    return library.translator();
  }

  TranslationAllowance allowance() {
    return allowance;
  }

  /** The number in RAM of the page of a physical address. */
  int number(long physical) {
    return (int) (physical - memory.base() >>> 12);
  }

  /**
   * The page of a physical address, made from what memory holds now. From then on it is watched, if
   * {@link #isWatched} says so.
   *
   * @param physical an address in RAM
   * @param buffer a page's worth of bytes the caller lends
   * @param stores the translations for stores of the calling hart
   */
  CodePage at(long physical, byte[] buffer, StoreTranslations stores) {
    int number = number(physical);
    CodePage known = pages.get(number);
    return known != null && writes.isWatchedSince(number, memory.changes())
        ? known
        : look(physical, buffer, stores);
  }

  private synchronized CodePage look(long physical, byte[] buffer, StoreTranslations stores) {
    int number = number(physical);
    CodePage known = pages.get(number);
    pages.set(number, null); // While it may be watched already but is not looked at.
    writes.watch(number, memory.changes(), stores);
    memory.read(physical & ~0xfffL, buffer, 0, CodePage.BYTES);
    CodePage page = known != null && known.isMadeFrom(buffer) ? known : library.page(buffer);
    pages.set(number, page);
    return page;
  }

  /** Whether a store to a page by a hart would be told of. */
  boolean isWatched(int number) {
    return writes.isWatched(number);
  }

  /**
   * A hart is about to store to RAM. If it caches the translation, it does so afterwards.
   *
   * @param entry where it will cache the translation, see {@link StoreTranslations}; {@link
   *     PageWrites#NOT_KEPT} if it will not
   */
  void openForStores(long physical, long entry, StoreTranslations stores) {
    int number = number(physical);
    if (!writes.open(number, entry, stores)) {
      synchronized (this) {
        pages.set(number, null);
        writes.openWatched(number, entry);
      }
    }
  }

  /** How often watched pages were opened for stores. */
  long opened() {
    return writes.opened();
  }

  /** Which page was opened as a certain one; -1 if that is too long ago to be known. */
  int opened(long sequence) {
    return writes.opened(sequence);
  }

  /** See {@link GuestMemory#changes}. */
  long changesByDevices() {
    return memory.changes();
  }
}
