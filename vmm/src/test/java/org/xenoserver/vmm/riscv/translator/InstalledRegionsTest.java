package org.xenoserver.vmm.riscv.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.translator.InstalledRegions.Made;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

class InstalledRegionsTest {
  private static final int INSTRUCTIONS = 10_000;
  private static final int MORE_THAN_THERE_IS_ROOM_FOR = 250;

  private final InstalledRegions regions = new InstalledRegions();

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

  private TranslatedRegion add() {
    Block block = new Block(0, Collections.nCopies(INSTRUCTIONS, new Instruction(0, 0, 0)), false);
    RegionPlan plan = new RegionPlan(List.of(block), List.of(), List.of(0), Map.of());
    TranslatedRegion region = new TranslatedRegion(Nothing.class);
    regions.add(region, new Made(plan, HostCompiler.QUICK, List.of()));
    return region;
  }

  /** Code that is not run. */
  private static final class Nothing {}
}
