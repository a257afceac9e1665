package org.xenoserver.vmm.riscv.translator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.TestCodePages;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;
import org.xenoserver.vmm.riscv.translator.InstalledRegions.Made;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

class InstalledRegionsTest {
  private static final int INSTRUCTIONS = 10_000;
  private static final int MORE_THAN_THERE_IS_ROOM_FOR = 250;

  private final InstalledRegions regions = new InstalledRegions();
  private final CodePage page = TestCodePages.of(new byte[CodePage.BYTES]);

  @Test
  void shouldTakeHalfAwayWhenThereAreTooMany() {
    List<TranslatedRegion> all = new ArrayList<>();
    boolean full = false;
    while (!full && all.size() < MORE_THAN_THERE_IS_ROOM_FOR) {
      TranslatedRegion region = add();
      all.add(region);
      full = regions.install(region, 0);
    }
    assertThat(full).isTrue();
    assertThat(all.stream().filter(region -> regions.get(region) != null).count())
        .isBetween(all.size() / 3L, all.size() / 2L);
  }

  @Test
  void shouldNotTakeAwayWhatCannotBeEnteredYet() {
    TranslatedRegion waiting = add();
    int more = MORE_THAN_THERE_IS_ROOM_FOR;
    while (!regions.install(add(), 0) && more > 0) {
      more--;
    }
    assertThat(more).isPositive();
    assertThat(regions.get(waiting)).isNotNull();
  }

  @Test
  void shouldLetWhatWasThereBeEnteredUntilABetterRegionComesBack() {
    TranslatedRegion quick = install(HostCompiler.QUICK, 0, 8);
    TranslatedRegion counting = install(HostCompiler.COUNTING, 0, 16);
    assertThat(entered(0, 8, 16)).containsExactly(counting, quick, counting);

    regions.stepAside(counting);
    assertThat(entered(0, 8, 16)).containsExactly(quick, quick, counting);
    assertThat(stepsIn(quick)).isTrue();

    regions.comeBack(counting);
    assertThat(entered(0, 8, 16)).containsExactly(counting, quick, counting);
    assertThat(stepsIn(quick)).isFalse();
  }

  @Test
  void shouldNotComeBackWhereThereIsAnotherByNow() {
    install(HostCompiler.QUICK, 0, 8);
    TranslatedRegion counting = install(HostCompiler.COUNTING, 0, 8);
    regions.stepAside(counting);
    TranslatedRegion later = install(HostCompiler.OPTIMISED, 8);

    regions.comeBack(counting);

    assertThat(entered(0, 8)).containsExactly(counting, later);
  }

  @Test
  void shouldLeaveWhatIsThereIfTheBetterRegionStaysAside() {
    TranslatedRegion quick = install(HostCompiler.QUICK, 0);
    TranslatedRegion counting = install(HostCompiler.COUNTING, 0);
    regions.stepAside(counting);

    regions.stayAside(counting);
    regions.comeBack(counting);

    assertThat(entered(0)).containsExactly(quick);
    assertThat(stepsIn(quick)).isFalse();
  }

  private TranslatedRegion install(int level, Integer... entries) {
    RegionPlan plan = new RegionPlan(List.of(), List.of(), List.of(entries), Map.of());
    TranslatedRegion region = new TranslatedRegion(Nothing.class);
    region.setPages(List.of(new PlacedPage(0, page)));
    regions.add(region, new Made(region, plan, level, List.of()));
    regions.install(region, entries[0]);
    return region;
  }

  private List<TranslatedRegion> entered(int... slots) {
    return Arrays.stream(slots)
        .mapToObj(slot -> requireNonNull(page.entry(slot)).region())
        .toList();
  }

  private boolean stepsIn(TranslatedRegion region) {
    return requireNonNull(regions.get(region)).stepsIn();
  }

  private TranslatedRegion add() {
    Block block = new Block(0, Collections.nCopies(INSTRUCTIONS, new Instruction(0, 0, 0)), false);
    RegionPlan plan = new RegionPlan(List.of(block), List.of(), List.of(0), Map.of());
    TranslatedRegion region = new TranslatedRegion(Nothing.class);
    regions.add(region, new Made(region, plan, HostCompiler.QUICK, List.of()));
    return region;
  }

  /** Code that is not run. */
  private static final class Nothing {}
}
