package org.xenoserver.vmm.riscv;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.xenoserver.vmm.memory.GuestMemory;

/** The code pages of one machine's RAM, shared by its harts. */
public final class CodePages {
  private final GuestMemory memory;
  private final AtomicReferenceArray<CodePage> pages;

  /** Nothing decoded yet. */
  public CodePages(GuestMemory memory) {
    this.memory = memory;
    this.pages = new AtomicReferenceArray<>((int) (memory.sizeBytes() >>> 12));
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
      page = new CodePage(buffer.clone());
      pages.set(index, page);
    }
    return page;
  }
}
