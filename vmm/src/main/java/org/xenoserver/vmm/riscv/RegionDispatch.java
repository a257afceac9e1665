package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;

/** Runs one translated region after another for as long as jumps lead from region to region. */
final class RegionDispatch {
  private static final int NOTED_TOGETHER = 100_000;

  private RegionDispatch() {}

  /**
   * Runs regions from {@code hart.pc} on.
   *
   * @param left how many instructions may be retired
   * @return what of {@code left} remains; pc is at an instruction for the interpreter, unless
   *     nothing remains or {@link Hart#interpretNext} says that interrupts come first
   */
  static int run(Hart hart, int left) {
    JumpCache jumps = hart.jumps;
    while (left > 0) {
      long pc = hart.pc;
      long context = hart.memoryAccess.fetchContext();
      JumpCache.Jump jump = jumps.at(pc);
      TranslatedRegion region = jump.region;
      if (jump.pc != pc || jump.context != context || region == null) {
        region = enter(hart, jump, pc);
        if (region == null) {
          return left;
        }
      }
      int remaining = region.run(hart, jump.base, jump.entry, left);
      int executed = jump.executed + (left - remaining);
      jump.executed = executed;
      left = remaining;
      if (hart.interpretNext != 0) {
        return left;
      }
      if (executed > NOTED_TOGETHER) {
        note(hart, jump, region);
      }
    }
    return left;
  }

  /** Finds the region to enter at pc and notes it; null if there is none yet. */
  private static @Nullable TranslatedRegion enter(Hart hart, JumpCache.Jump jump, long pc) {
    CodePage page = hart.instructionFetch.page(pc, false);
    if (page == null) {
      return null;
    }
    int slot = (int) pc >>> 1 & CodePage.SLOTS - 1;
    RegionEntry entry = page.entry(slot);
    if (entry == null) {
      if (!page.isHot(slot, hart.visits)) {
        page.visited(slot);
        return null;
      }
      hart.translator.translate(hart.instructionFetch, pc);
      entry = page.entry(slot);
      if (entry == null) {
        page.cool(slot, hart.visits);
        return null;
      }
    }
    long base = (pc & ~0xfffL) - entry.distance() * (long) CodePage.BYTES;
    if (!entry.region().isMapped(hart, base)) {
      page.cool(slot, hart.visits);
      return null;
    }
    jump.pc = pc;
    jump.executed = 0;
    jump.context = hart.memoryAccess.fetchContext();
    jump.base = base;
    jump.entry = entry.index();
    jump.region = entry.region();
    return entry.region();
  }

  /** Tells a region what was executed in it: seldom, for other harts tell it too. */
  private static void note(Hart hart, JumpCache.Jump jump, TranslatedRegion region) {
    region.executed += jump.executed;
    jump.executed = 0;
    if (region.executed >= region.reviewAt) {
      hart.translator.review(hart.instructionFetch, jump.pc, region);
      jump.region = null;
    }
  }
}
