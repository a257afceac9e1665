package org.xenoserver.vmm.riscv;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Executable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * Host code for a stretch of guest code: blocks of one or more {@link CodePage}s that lie at fixed
 * distances from one another, entered at certain of their instructions by {@link Jump}s, whose
 * class it is.
 *
 * <p>It returns with the hart's state precise: every register written, {@code pc} at the next
 * instruction to execute. What it cannot do itself (a translation that misses, a device, a trap) it
 * leaves to the interpreter by returning with {@code pc} at that instruction and {@link
 * Hart#interpretNext} set. It holds no address, so harts and domains share it.
 */
public final class TranslatedRegion {
  private final Class<?> code;

  /** The pages it was made from; the first is page 0. */
  private PlacedPage[] pages = {};

  /** Instructions executed in it, about: harts add to it without agreeing. */
  long executed;

  /** When {@link #executed} passes this, it is looked at again. */
  long reviewAt = Long.MAX_VALUE;

  /** Whether other regions may be entered by now where it was. */
  boolean contested;

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
   * Makes a region.
   *
   * @param code a subclass of {@link Jump}
   */
  public TranslatedRegion(Class<?> code) {
    this.code = code;
  }

  /**
   * Makes a region of a class file for a subclass of {@link Jump} without fields or constructors.
   *
   * @throws IllegalArgumentException if the JVM refuses it
   */
  public static TranslatedRegion define(byte[] classFile) {
    try {
      return new TranslatedRegion(
          MethodHandles.lookup().defineHiddenClass(classFile, false).lookupClass());
    } catch (IllegalAccessException | LinkageError e) {
      throw new IllegalArgumentException("The JVM refuses a region: " + e.getMessage(), e);
    }
  }

  /** The method that the JVM is to compile. */
  public Executable method() {
    return code.getDeclaredMethods()[0];
  }

  /** A jump into it, one that is not needed any more if that is of its class. */
  Jump jump(@Nullable Jump old) {
    if (old != null && old.region == this) {
      return old;
    }
    Jump jump = (Jump) RawMemory.instantiate(code);
    jump.region = this;
    return jump;
  }

  /** Says what it was made from, before the first run. */
  public void setPages(List<PlacedPage> from) {
    pages = from.toArray(new PlacedPage[0]);
  }

  /** Has its use looked at once it executed so many instructions. */
  public void reviewAfter(long instructions) {
    reviewAt = executed + instructions;
  }

  /** Has harts that jump to it look now and then whether another is to be entered instead. */
  public void lookAgain() {
    contested = true;
  }

  /** The pages it was made from. */
  public List<PlacedPage> pages() {
    return List.of(pages);
  }

  /** About how many instructions it executed. */
  public long executed() {
    return executed;
  }

  /** Whether a hart's current address space has every page where the region expects it. */
  boolean isMapped(Hart hart, long base) {
    for (PlacedPage placed : pages) {
      if (hart.instructionFetch.pageQuietly(base + placed.distance * (long) CodePage.BYTES)
          != placed.page) {
        return false;
      }
    }
    return true;
  }
}
