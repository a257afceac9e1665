package org.xenoserver.vmm.riscv.translator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;

/** Where a region can be entered, by place in half words from page 0, and what could be before. */
final class RegionEntries {
  private final TranslatedRegion region;
  private final List<Integer> places;

  /** What was there before, for as long as the region can step aside. */
  private final Map<Integer, RegionEntry> before = new HashMap<>();

  /**
   * None yet.
   *
   * @param places in the order of the region's entries
   */
  RegionEntries(TranslatedRegion region, List<Integer> places) {
    this.region = region;
    this.places = places;
  }

  /**
   * Lets harts enter the region at its places.
   *
   * @param first a place where it is entered whatever is there
   * @param isWorse of what is there elsewhere
   */
  void install(int first, Predicate<TranslatedRegion> isWorse) {
    Map<Integer, CodePage> pages = pages();
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i);
      CodePage page = pages.get(place >> 11);
      if (page == null) {
        continue;
      }
      RegionEntry present = page.entry(slot(place));
      if (present == null || place == first || isWorse.test(present.region())) {
        if (present != null) {
          before.put(place, present);
          present.region().lookAgain();
        }
        page.enter(slot(place), new RegionEntry(region, i, place >> 11));
      }
    }
  }

  /** Has nobody enter the region. */
  void remove() {
    Map<Integer, CodePage> pages = pages();
    for (int place : places) {
      CodePage page = pages.get(place >> 11);
      if (page != null) {
        page.leave(slot(place), region);
      }
    }
  }

  /**
   * Has what was there before entered instead.
   *
   * @param isThere which regions still are
   * @return those that are entered now
   */
  Set<TranslatedRegion> stepAside(Predicate<TranslatedRegion> isThere) {
    before.values().removeIf(entry -> !isThere.test(entry.region()));
    Map<Integer, CodePage> pages = pages();
    before.forEach((place, other) -> change(pages.get(place >> 11), place, own(place), other));
    region.lookAgain();
    return before.values().stream().map(RegionEntry::region).collect(Collectors.toSet());
  }

  /** Has the region entered again. */
  void comeBack() {
    Map<Integer, CodePage> pages = pages();
    before.forEach((place, other) -> change(pages.get(place >> 11), place, other, own(place)));
  }

  /** Says that it will not step aside any more. */
  void forgetBefore() {
    before.clear();
  }

  private static void change(@Nullable CodePage page, int place, RegionEntry from, RegionEntry to) {
    if (page != null && from.equals(page.entry(slot(place)))) {
      page.enter(slot(place), to);
    }
  }

  private RegionEntry own(int place) {
    return new RegionEntry(region, places.indexOf(place), place >> 11);
  }

  private Map<Integer, CodePage> pages() {
    return region.pages().stream()
        .collect(Collectors.toMap(PlacedPage::distance, PlacedPage::page));
  }

  private static int slot(int place) {
    return place & CodePage.SLOTS - 1;
  }
}
