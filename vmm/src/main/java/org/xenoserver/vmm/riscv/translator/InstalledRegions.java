package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.TranslatedRegion;

/**
 * The regions there are, where each can be entered, and which of them go when there are too many.
 *
 * <p>Any thread may ask; only the one that translates changes anything.
 */
final class InstalledRegions {
  /**
   * What a unit of weight takes of the heap, in bytes, if each region is on a page of its own; and
   * 125 of metaspace.
   */
  private static final int HEAP_BYTES = 375;

  /**
   * The weight of all regions together: their guest instructions, and a hundred for each region,
   * whose class and pages take room however short it is. It bounds them to a quarter of the heap.
   * More than the most here is a compiler's working set and some other programs'; less than the
   * least would have a shell translated again and again.
   */
  private static final int MOST_WEIGHT =
      (int) Math.clamp(Runtime.getRuntime().maxMemory() / 4 / HEAP_BYTES, 400_000, 2_000_000);

  private static final int REGION_WEIGHT = 100;

  private final Map<TranslatedRegion, Made> regions = new ConcurrentHashMap<>();
  private int weight;

  /** How a region was made. What it was planned from is not kept: it is many times as large. */
  static final class Made {
    final int level;
    final List<Integer> recordedJumps;
    private final RegionEntries entries;
    private final int weight;
    volatile boolean reviewed;
    volatile boolean superseded;

    /** For how many regions that stepped aside it is entered until they come back. */
    private final AtomicInteger stepsIn = new AtomicInteger();

    /** The regions that are entered until this one comes back. */
    private Set<TranslatedRegion> substitutes = Set.of();

    private boolean installed;
    private long executedBefore;

    Made(TranslatedRegion region, RegionPlan plan, int level, List<Integer> recordedJumps) {
      this.level = level;
      this.recordedJumps = recordedJumps;
      this.entries = new RegionEntries(region, plan.entries());
      this.weight = plan.size() + REGION_WEIGHT;
    }

    /** Whether it is entered only until a better region comes back. */
    boolean stepsIn() {
      return stepsIn.get() > 0;
    }
  }

  /** How a region was made; null if it is not there, or not any more. */
  @Nullable Made get(TranslatedRegion region) {
    return regions.get(region);
  }

  /** Notes a region that cannot be entered yet. */
  void add(TranslatedRegion region, Made made) {
    regions.put(region, made);
  }

  /** Forgets a region that could not be entered yet. */
  void forget(TranslatedRegion region) {
    regions.remove(region);
  }

  /** Has those of a level that nobody looked at yet looked at so many instructions from now. */
  void reviewAfter(long instructions, int level) {
    regions.forEach((region, made) -> {
      if (made.level == level && !made.reviewed && !made.superseded) {
        region.reviewAfter(instructions);
      }
    });
  }

  /**
   * Lets harts enter a region, at the place it was made for and where there is nothing better.
   *
   * @param first the place on page 0 it was made for, in half words
   * @return whether others had to go, which harts may have noted
   */
  boolean install(TranslatedRegion region, int first) {
    Made made = regions.get(region);
    if (made == null) {
      return false;
    }
    made.entries.install(first, present -> isBetter(made, present));
    if (made.level != HostCompiler.COUNTING) {
      made.entries.forgetBefore();
    }
    made.installed = true;
    weight += made.weight;
    if (weight <= MOST_WEIGHT) {
      return false;
    }
    evictColdest();
    return true;
  }

  /** Lets harts enter what was there before a region again, until that comes back. */
  void stepAside(TranslatedRegion region) {
    Made made = regions.get(region);
    if (made != null) {
      made.substitutes = made.entries.stepAside(regions::containsKey);
      stepIn(made, 1);
    }
  }

  /** Lets harts enter a region that stepped aside. */
  void comeBack(TranslatedRegion region) {
    Made made = regions.get(region);
    if (made != null) {
      made.entries.comeBack();
      stayAside(region);
    }
  }

  /** Says that a region that stepped aside does not come back. */
  void stayAside(TranslatedRegion region) {
    Made made = regions.get(region);
    if (made != null) {
      stepIn(made, -1);
      made.substitutes = Set.of();
      made.entries.forgetBefore();
    }
  }

  private void stepIn(Made made, int more) {
    for (TranslatedRegion other : made.substitutes) {
      Made substitute = regions.get(other);
      if (substitute != null) {
        substitute.stepsIn.addAndGet(more);
      }
    }
  }

  private boolean isBetter(Made made, TranslatedRegion present) {
    Made other = regions.get(present);
    return other == null || other.level < made.level;
  }

  /** Takes away the half that executed least since the last time. */
  private void evictColdest() {
    List<Map.Entry<TranslatedRegion, Made>> coldest = new ArrayList<>(regions.entrySet());
    coldest.removeIf(entry -> !entry.getValue().installed);
    coldest.sort(
        Comparator.comparingLong(
            entry -> entry.getKey().executed() - entry.getValue().executedBefore));
    for (Map.Entry<TranslatedRegion, Made> entry : coldest) {
      entry.getValue().executedBefore = entry.getKey().executed();
    }
    for (Map.Entry<TranslatedRegion, Made> entry : coldest) {
      if (weight <= MOST_WEIGHT / 2) {
        break;
      }
      remove(entry.getKey(), entry.getValue());
    }
  }

  private void remove(TranslatedRegion region, Made made) {
    stayAside(region);
    regions.remove(region);
    weight -= made.weight;
    made.entries.remove();
  }
}
