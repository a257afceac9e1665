package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;

/**
 * Where a jump of one hart leads: for a virtual address in an address space, the region to enter.
 * Its class is the region's code, so that what is looked at before a region is entered lies in one
 * place.
 *
 * <p>It is made once every page of the region was seen to be mapped where the region expects it,
 * and holds as long as the {@linkplain Hart#fetchContext context} it was made in: any change of
 * translations or code makes a new context.
 */
@SuppressWarnings("NullAway.Init") // No constructor of it runs.
public abstract class Jump {
  /** A context that no hart is ever in. */
  static final long NEVER = -1;

  long pc;
  long context;

  /** The virtual address of the region's page 0. */
  long base;

  /** Which of the region's entries it is. */
  int entry;

  /** Instructions executed by way of it that the region has not been told of. */
  int executed;

  TranslatedRegion region;

  /** Spreads what addresses differ in over the upper bits: Knuth's multiplicative hash. */
  private static final int SPREAD = 0x9e3779b1;

  private static final int WAY_SHIFT = 30;

  // Where the hart went on afterwards, by a hash of the address. With more of them a jump would not
  // fit into 64 bytes, a line of the processor's caches; found by their place they would have to be
  // seen to be jumps, which is a look at their class.
  private @Nullable Jump next0;
  private @Nullable Jump next1;
  private @Nullable Jump next2;
  private @Nullable Jump next3;

  /** The jump that was taken last after this one to an address like that; it may be another's. */
  final @Nullable Jump next(long address) {
    int way = way(address);
    if ((way & 2) == 0) {
      return (way & 1) == 0 ? next0 : next1;
    }
    return (way & 1) == 0 ? next2 : next3;
  }

  /** Notes that a jump was taken after this one. */
  final void follow(Jump jump) {
    switch (way(jump.pc)) {
      case 0 -> next0 = jump;
      case 1 -> next1 = jump;
      case 2 -> next2 = jump;
      default -> next3 = jump;
    }
  }

  private static int way(long address) {
    return (int) address * SPREAD >>> WAY_SHIFT;
  }

  /** Whether it is where an address leads in a context. */
  final boolean leads(long address, long in) {
    return pc == address && context == in;
  }

  /**
   * Runs the region.
   *
   * @param base the virtual address of page 0
   * @param entry which of its entries pc is at
   * @param left how many instructions may be retired; the region may exceed it by a basic block
   * @return what of {@code left} remains; {@code left} itself if the interpreter must execute the
   *     first instruction
   */
  protected abstract int run(Hart hart, long base, int entry, int left);
}
