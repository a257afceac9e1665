package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;

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
    private final List<Integer> entries;
    private final int weight;
    volatile boolean reviewed;
    volatile boolean superseded;
    private boolean installed;
    private long executedBefore;

    Made(RegionPlan plan, int level, List<Integer> recordedJumps) {
      this.level = level;
      this.recordedJumps = recordedJumps;
      this.entries = plan.entries();
      this.weight = plan.size() + REGION_WEIGHT;
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
    Map<Integer, CodePage> pages = pages(region);
    for (int i = 0; i < made.entries.size(); i++) {
      int place = made.entries.get(i);
      CodePage page = pages.get(place >> 11);
      if (page == null) {
        continue;
      }
      int slot = place & CodePage.SLOTS - 1;
      RegionEntry present = page.entry(slot);
      if (present == null || place == first || isBetter(made, present.region())) {
        page.enter(slot, new RegionEntry(region, i, place >> 11));
      }
    }
    made.installed = true;
    weight += made.weight;
    if (weight <= MOST_WEIGHT) {
      return false;
    }
    evictColdest();
    return true;
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
    regions.remove(region);
    weight -= made.weight;
    Map<Integer, CodePage> pages = pages(region);
    for (int place : made.entries) {
      CodePage page = pages.get(place >> 11);
      if (page != null) {
        page.leave(place & CodePage.SLOTS - 1, region);
      }
    }
  }

  private static Map<Integer, CodePage> pages(TranslatedRegion region) {
    Map<Integer, CodePage> pages = new HashMap<>();
    for (PlacedPage placed : region.pages()) {
      pages.put(placed.distance(), placed.page());
    }
    return pages;
  }
}
