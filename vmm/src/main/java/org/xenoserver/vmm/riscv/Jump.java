package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.ConsecutiveFields;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * Where a jump of one hart leads: for a virtual address in an address space, the region to enter.
 * Its class is the region's code, so that what is looked at before a region is entered lies in one
 * place.
 *
 * <p>It is made once every page of the region was seen to be mapped where the region expects it,
 * and holds as long as the {@linkplain MemoryAccess#fetchContext context} it was made in: any
 * change of translations or code makes a new context.
 */
// No constructor of it runs, and what comes next is found by its place.
@SuppressWarnings({"NullAway.Init", "UnusedVariable"})
public abstract class Jump {
  /** A context that no hart is ever in. */
  static final long NEVER = -1;

  /** With more of them a jump would not fit into 64 bytes, a line of the processor's caches. */
  private static final int NEXT = 4;

  private static final ConsecutiveFields FOLLOWERS = ConsecutiveFields.of(Jump.class, "next", NEXT);
  private static final long FIRST_NEXT = FOLLOWERS.first();
  private static final long NEXT_BYTES = FOLLOWERS.bytes();

  long pc;
  long context;

  /** The virtual address of the region's page 0. */
  long base;

  /** Which of the region's entries it is. */
  int entry;

  /** Instructions executed by way of it that the region has not been told of. */
  int executed;

  TranslatedRegion region;

  // Where the hart went on afterwards, by the last bits of the address.
  private @Nullable Jump next0;
  private @Nullable Jump next1;
  private @Nullable Jump next2;
  private @Nullable Jump next3;

  /** The jump that was taken last after this one to an address like that; it may be another's. */
  final @Nullable Jump next(long address) {
    return (Jump) RawMemory.getReference(this, offsetOf(address));
  }

  /** Notes that a jump was taken after this one. */
  final void follow(Jump jump) {
    RawMemory.putReference(this, offsetOf(jump.pc), jump);
  }

  private static long offsetOf(long address) {
    return FIRST_NEXT + (address >>> 1 & NEXT - 1) * NEXT_BYTES;
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
