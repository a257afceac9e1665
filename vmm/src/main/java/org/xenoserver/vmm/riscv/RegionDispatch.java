package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;

/** Runs one translated region after another for as long as jumps lead from region to region. */
final class RegionDispatch {
  private static final int NOTED_TOGETHER = 100_000;

  /** What entering a region costs, in instructions. */
  private static final int ENTERING = 30;

  /** Calls within calls: each takes some hundred bytes of the thread's stack. */
  private static final int DEEPEST = 40;

  /** An address that no instruction has. */
  private static final long NOWHERE = -1;

  private RegionDispatch() {}

  /**
   * Runs regions from {@code hart.pc} on.
   *
   * @param left how many instructions may be retired
   * @return what of {@code left} remains; pc is at an instruction for the interpreter, unless
   *     nothing remains or {@link Hart#interpretNext} says that interrupts come first
   */
  static int run(Hart hart, int left) {
    hart.nesting = 0;
    return run(hart, left, NOWHERE, null);
  }

  /**
   * Runs what a region calls, from {@code hart.pc} on, until that returns: the region goes on then,
   * without being entered anew, if {@link Hart#returned} says so. Else it must return at once; the
   * hart's state is complete in any case, wherever the callee went.
   *
   * @param left how many instructions may be retired
   * @param returnAddress where the region goes on
   * @param caller how the region was entered
   * @return what of {@code left} remains
   */
  static int call(Hart hart, int left, long returnAddress, Jump caller) {
    hart.returned = false;
    if (hart.nesting == DEEPEST) {
      return left;
    }
    long context = hart.fetchContext;
    hart.nesting++;
    int remaining = run(hart, left, returnAddress, caller);
    hart.nesting--;
    hart.executedInCalls += left - remaining;
    hart.returned = hasReturned(hart, remaining, returnAddress, context);
    return remaining;
  }

  private static boolean hasReturned(Hart hart, int left, long returnAddress, long context) {
    return hart.pc == returnAddress
        && left > 0
        && hart.interpretNext == 0
        && hart.fetchContext == context;
  }

  /**
   * Finds what a region calls at {@code hart.pc}, so that the region runs it itself: the JVM makes
   * a direct jump of a call that always goes to the same region. {@link #afterCallee} must follow.
   *
   * @param left how many instructions may be retired
   * @param caller how the region was entered
   * @return whether {@link Hart#callee} is that; if not, {@link #call} is to be used
   */
  static boolean findCallee(Hart hart, int left, Jump caller) {
    long context = hart.fetchContext;
    Jump callee = caller.next(hart.pc);
    if (callee == null || !callee.leads(hart.pc, context)) {
      callee = hart.jumps.at(hart.pc, context);
      if (callee == null || !callee.leads(hart.pc, context)) {
        return false;
      }
      caller.follow(callee);
    }
    if (left <= 0 || hart.nesting == DEEPEST || callee.executed > NOTED_TOGETHER) {
      return false;
    }
    hart.nesting++;
    hart.callee = callee;
    return true;
  }

  /**
   * Goes on until a callee returns, as {@link #call} does, after the region ran its first part.
   *
   * @param left what was left before the call
   * @param callee how it was entered
   * @param context the callee's before the call
   * @param returnAddress where the region goes on
   * @param inCalls {@link Hart#executedInCalls} before the call
   * @param remaining what remained of {@code left} when the callee's region was left
   * @return what of {@code left} remains
   */
  static int afterCallee(
      Hart hart,
      int left,
      Jump callee,
      long context,
      long returnAddress,
      int inCalls,
      int remaining) {
    callee.executed += left - remaining - (hart.executedInCalls - inCalls) + ENTERING;
    int after = remaining;
    if (hart.interpretNext == 0) {
      after = run(hart, remaining, returnAddress, callee);
    }
    hart.nesting--;
    hart.executedInCalls = inCalls + (left - after);
    hart.returned = hasReturned(hart, after, returnAddress, context);
    return after;
  }

  private static int run(Hart hart, int left, long until, @Nullable Jump from) {
    while (left > 0) {
      long pc = hart.pc;
      if (pc == until) {
        return left;
      }
      long context = hart.fetchContext;
      Jump jump = from == null ? null : from.next(pc);
      if (jump == null || !jump.leads(pc, context)) {
        jump = find(hart, pc, context);
        if (jump == null) {
          // The regions that led here by calls must not look again.
          hart.interpretNext = until == NOWHERE ? 0 : RegionSystem.INTERPRET;
          return left;
        }
        if (from != null) {
          from.follow(jump);
        }
      }
      int inCalls = hart.executedInCalls;
      int remaining = jump.run(hart, jump.base, jump.entry, left);
      int executed =
          jump.executed + (left - remaining) - (hart.executedInCalls - inCalls) + ENTERING;
      jump.executed = executed;
      left = remaining;
      if (hart.interpretNext != 0) {
        return left;
      }
      if (executed > NOTED_TOGETHER) {
        note(hart, jump);
      }
      from = jump;
    }
    return left;
  }

  private static @Nullable Jump find(Hart hart, long pc, long context) {
    Jump noted = hart.jumps.at(pc, context);
    return noted != null && noted.leads(pc, context) ? noted : enter(hart, noted, pc);
  }

  /**
   * Finds the region to enter at pc and notes it; null if there is none yet.
   *
   * @param noted what is noted in its place
   */
  private static @Nullable Jump enter(Hart hart, @Nullable Jump noted, long pc) {
    CodePage page = hart.instructionFetch.page(pc, false);
    if (page == null) {
      return null;
    }
    int slot = (int) pc >>> 1 & CodePage.SLOTS - 1;
    if (!page.isHot(slot, hart.visits)) {
      page.visited(slot);
      return null;
    }
    RegionEntry entry = page.entry(slot);
    if (entry == null) {
      if (hart.visits > 0 && !hart.load.isBusy() && page.putOff(slot)) {
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
    Jump jump = entry.region().jump(noted);
    jump.pc = pc;
    jump.executed = 0;
    jump.context = hart.fetchContext;
    jump.base = base;
    jump.entry = entry.index();
    hart.jumps.put(jump);
    return jump;
  }

  /** Tells a region what was executed in it: seldom, for other harts tell it too. */
  private static void note(Hart hart, Jump jump) {
    TranslatedRegion region = jump.region;
    region.executed += jump.executed;
    jump.executed = 0;
    boolean reviewed = region.executed >= region.reviewAt;
    if (reviewed) {
      hart.translator.review(hart.instructionFetch, jump.pc, region);
    }
    if (reviewed || region.contested) {
      jump.context = Jump.NEVER;
    }
  }
}
