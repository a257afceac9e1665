package org.xenoserver.vmm.riscv;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.xenoserver.vmm.memory.GuestMemory;

/** The code pages of one machine's RAM, shared by its harts. */
public final class CodePages {
  private final GuestMemory memory;
  private final CodeLibrary library;
  private final AtomicReferenceArray<CodePage> pages;

  /** Code that is interpreted only, and shared with no other machine. */
  public CodePages(GuestMemory memory) {
    this(memory, new CodeLibrary(RegionTranslator.NONE));
  }

  /** Code shared with the other machines that use a library. */
  public CodePages(GuestMemory memory, CodeLibrary library) {
    this.memory = memory;
    this.library = library;
    this.pages = new AtomicReferenceArray<>((int) (memory.sizeBytes() >>> 12));
  }

  RegionTranslator translator() {
    return library.translator();
  }

  /**
   * The page of a physical address, made from what memory holds now.
   *
   * @param physical an address in RAM
   * @param buffer a page's worth of bytes the caller lends
   */
  CodePage at(long physical, byte[] buffer) {
    int index = (int) ((physical - memory.base()) >>> 12);
    memory.read(physical & ~0xfffL, buffer, 0, CodePage.BYTES);
    CodePage page = pages.get(index);
    if (page == null || !page.isMadeFrom(buffer)) {
      page = library.page(buffer);
      pages.set(index, page);
    }
    return page;
  }
}
