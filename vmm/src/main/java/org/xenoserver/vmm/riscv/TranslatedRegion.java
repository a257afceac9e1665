package org.xenoserver.vmm.riscv;

import java.lang.invoke.MethodHandles;
import java.util.List;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * Host code for a stretch of guest code: blocks of one or more {@link CodePage}s that lie at fixed
 * distances from one another, entered at certain of their instructions.
 *
 * <p>It returns with the hart's state precise: every register written, {@code pc} at the next
 * instruction to execute. What it cannot do itself (a translation that misses, a device, a trap) it
 * leaves to the interpreter by returning with {@code pc} at that instruction and {@link
 * Hart#interpretNext} set. It holds no address, so harts and domains share it.
 */
public abstract class TranslatedRegion {
  /** The pages it was made from; the first is page 0. */
  private PlacedPage[] pages = {};

  /** Instructions executed in it, about: harts add to it without agreeing. */
  long executed;

  /** When {@link #executed} passes this, it is looked at again. */
  long reviewAt = Long.MAX_VALUE;

  /** Where its indirect jumps went, a table of {@link #TARGETS} places a jump; zero is none. */
  public long[] targets = {};

  /** Places per indirect jump in {@link #targets}. */
  public static final int TARGETS = 16;

  /**
   * A page and where it lies.
   *
   * @param distance in pages from page 0
   */
  public record PlacedPage(int distance, CodePage page) {}

  /**
   * Makes a region of a class file for a subclass without fields or constructors, in this package.
   *
   * @throws IllegalArgumentException if the JVM refuses it
   */
  public static TranslatedRegion define(byte[] classFile) {
    try {
      Class<?> type = MethodHandles.lookup().defineHiddenClass(classFile, false).lookupClass();
      TranslatedRegion region = (TranslatedRegion) RawMemory.instantiate(type);
      region.pages = new PlacedPage[0];
      region.reviewAt = Long.MAX_VALUE;
      return region;
    } catch (IllegalAccessException | LinkageError e) {
      throw new IllegalArgumentException("The JVM refuses a region: " + e.getMessage(), e);
    }
  }

  /** Says what it was made from, before the first run. */
  public final void setPages(List<PlacedPage> from) {
    pages = from.toArray(new PlacedPage[0]);
  }

  /** Has its use looked at once it executed so many instructions. */
  public final void reviewAfter(long instructions) {
    reviewAt = executed + instructions;
  }

  /** The pages it was made from. */
  public final List<PlacedPage> pages() {
    return List.of(pages);
  }

  /** About how many instructions it executed. */
  public final long executed() {
    return executed;
  }

  /** Whether a hart's current address space has every page where the region expects it. */
  final boolean isMapped(Hart hart, long base) {
    for (PlacedPage placed : pages) {
      if (hart.instructionFetch.pageQuietly(base + placed.distance * (long) CodePage.BYTES)
          != placed.page) {
        return false;
      }
    }
    return true;
  }

  /**
   * Runs.
   *
   * @param base the virtual address of page 0
   * @param entry which of its entries pc is at
   * @param left how many instructions may be retired; the region may exceed it by a basic block
   * @return what of {@code left} remains; {@code left} itself if the interpreter must execute the
   *     first instruction
   */
  protected abstract int run(Hart hart, long base, int entry, int left);
}
