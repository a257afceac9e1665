package org.xenoserver.vmm.riscv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How one hart reaches its code: the decoded page of an address, and the instructions that cannot
 * be taken from one (they cross two pages, or protection differs within the page).
 *
 * <p>A method that fails leaves the exception with {@link MemoryAccess}. Owned by the hart's
 * thread.
 */
final class InstructionFetch implements CodeView {
  private final Hart hart;
  private final MemoryAccess memory;
  private final byte[] pageBuffer = new byte[CodePage.BYTES];

  /** Shown to the interpreter for an instruction that it cannot take from a page. */
  private final long[] single = new long[CodePage.SLOTS + 2];

  private boolean fetchedUniform;
  private long fetchedPhysical;

  /** The instruction last fetched from two pages. */
  int crossed;

  InstructionFetch(Hart hart, MemoryAccess memory) {
    this.hart = hart;
    this.memory = memory;
    Arrays.fill(single, Opcode.PAGE_END);
  }

  /** The code page to execute pc from; null if the fetch failed. */
  @Nullable CodePage pageOf(long virtual) {
    CodePage cached = memory.fetchBank.fetch(fetchKind(), virtual);
    if (cached != null) {
      return cached;
    }
    CodePage page = fetchSlow(virtual);
    return page == null || fetchedUniform ? page : alone(page, virtual);
  }

  @Override
  public CodeView snapshot() {
    return memory.fetchBank.snapshot(fetchKind(), allowance());
  }

  @Override
  public TranslationAllowance allowance() {
    return hart.codePages.allowance();
  }

  @Override
  public @Nullable CodePage page(long virtual) {
    return page(virtual, false);
  }

  /**
   * The page if it is cached, or may be fetched where that is asked for. It is as if it had not
   * been asked for: no fault is noted, and no entry of a page table is marked as accessed.
   */
  @Nullable CodePage page(long virtual, boolean fetch) {
    CodePage cached = memory.fetchBank.fetch(fetchKind(), virtual);
    if (cached != null || !fetch) {
      return cached;
    }
    CodePage page =
        fetch(virtual, memory.translate(virtual, PageTableWalk.FETCH, hart.privilege, false));
    memory.fault = TrapCause.NONE;
    return fetchedUniform ? page : null;
  }

  /** The page of an address, fetched without a fault; null if it may not be or is no whole page. */
  @Nullable CodePage pageQuietly(long virtual) {
    return page(virtual, true);
  }

  private int fetchKind() {
    return hart.privilege == Privilege.USER ? TranslationBank.USER : TranslationBank.SUPERVISOR;
  }

  /** The page of an address whose half word may be fetched; null if it may not. */
  private @Nullable CodePage fetchSlow(long virtual) {
    return fetch(virtual, memory.translate(virtual, PageTableWalk.FETCH, hart.privilege));
  }

  private @Nullable CodePage fetch(long virtual, long physical) {
    if (physical == MemoryAccess.NO_ADDRESS) {
      return null;
    }
    PhysicalMemoryProtection protection = hart.csrs.protection;
    boolean uniform = protection.isUniform(physical);
    fetchedUniform = uniform;
    fetchedPhysical = physical;
    if (!hart.memory.contains(physical, 1)
        || !protection.admits(
            uniform ? physical & ~0xfffL : physical,
            uniform ? 4096 : 2,
            PhysicalMemoryProtection.EXECUTE,
            hart.privilege)) {
      memory.refuse(TrapCause.FETCH_ACCESS_FAULT, PageTableWalk.FETCH, virtual);
      return null;
    }
    CodePage page = hart.codePages.at(physical, pageBuffer, memory.stores);
    if (uniform) {
      memory.fetchBank.fillFetch(fetchKind(), virtual, page, memory.translatedPageBytes());
      memory.fetched.add(physical);
    }
    return page;
  }

  /**
   * The instruction at an address and nothing else of its page, because protection differs within
   * the page and each instruction must be checked; null if its second half may not be fetched.
   */
  private @Nullable CodePage alone(CodePage page, long virtual) {
    int slot = (int) virtual >>> 1 & CodePage.SLOTS - 1;
    boolean word = slot < CodePage.SLOTS - 1 && (page.halfWord(slot) & 3) == 3;
    if (word
        && !hart.csrs.protection.admits(
            fetchedPhysical, 4, PhysicalMemoryProtection.EXECUTE, hart.privilege)) {
      memory.refuse(TrapCause.FETCH_ACCESS_FAULT, PageTableWalk.FETCH, virtual);
      return null;
    }
    return page.restrictedTo(slot);
  }

  /**
   * The code to execute a slot of a page from; null if fetching the second half of its instruction
   * failed.
   */
  long @Nullable [] codeAt(CodePage page, int slot, long pageAddress) {
    return page.code[slot] == Opcode.CROSSES_PAGE ? crossing(page, pageAddress) : page.code;
  }

  /**
   * Code that holds only the instruction that begins in the last half word of a page and ends on
   * the next; null if fetching its second half failed.
   */
  private long @Nullable [] crossing(CodePage page, long pageAddress) {
    long nextAddress = pageAddress + CodePage.BYTES;
    CodePage cached = memory.fetchBank.fetch(fetchKind(), nextAddress);
    CodePage next = cached != null ? cached : fetchSlow(nextAddress);
    if (next == null) {
      return null;
    }
    crossed = page.halfWord(CodePage.SLOTS - 1) | next.halfWord(0) << 16;
    return only(CodePage.SLOTS - 1, Decoder.decode(crossed));
  }

  /** Code that holds one instruction at its slot and leaves the page after it. */
  long[] only(int slot, long decoded) {
    Arrays.fill(single, Opcode.PAGE_END);
    single[slot] = decoded;
    return single;
  }
}
