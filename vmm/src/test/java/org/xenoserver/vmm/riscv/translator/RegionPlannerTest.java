package org.xenoserver.vmm.riscv.translator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.TranslatedRegion;

/** Which code becomes one region. */
class RegionPlannerTest {
  /** Blocks at half words 0, 4, 8 and 10. */
  private static final String DIAMOND =
      """
        addi a0, a0, 1
        beq a0, a1, other
        addi a0, a0, 2
        beq a0, a2, end
      other:
        addi a0, a0, 3
      end:
        addi a0, a0, 4
        ret
      """;

  private final CodeOfOnePage code = CodeOfOnePage.of(DIAMOND);

  @Test
  void shouldLetQuickCodeBeEnteredAtEveryBlock() {
    assertThat(plan(0, true).entries()).containsExactly(0, 4, 8, 10);
  }

  @Test
  void shouldLetOtherCodeBeEnteredWhereItBegins() {
    assertThat(plan(0, false).entries()).containsExactly(0);
  }

  @Test
  void shouldEndQuickCodeWhereAnotherRegionGoesOn() {
    code.page().enter(8, new RegionEntry(new TranslatedRegion(Nothing.class), 0, 0));

    assertThat(places(plan(0, true))).containsExactly(0, 4, 10);
    assertThat(places(plan(0, false))).containsExactly(0, 4, 8, 10);
  }

  @Test
  void shouldBeginWhereItIsAskedToThoughAnotherRegionIsThere() {
    code.page().enter(8, new RegionEntry(new TranslatedRegion(Nothing.class), 0, 0));

    assertThat(places(plan(8, true))).containsExactly(8);
  }

  private static List<Integer> places(RegionPlan plan) {
    return plan.blocks().stream().map(RegionPlan.Block::place).toList();
  }

  private RegionPlan plan(int start, boolean once) {
    RegionPlanning planning = new RegionPlanning(100, 0, true, once, Map.of());
    return requireNonNull(RegionPlanner.plan(code, CodeOfOnePage.BASE + 2L * start, planning));
  }

  /** Code that is not run. */
  private static final class Nothing {}
}
