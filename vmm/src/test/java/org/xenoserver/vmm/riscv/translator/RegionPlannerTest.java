package org.xenoserver.vmm.riscv.translator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.TestCodePages;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.TranslationAllowance;
import org.xenoserver.vmm.time.ManualClock;

/** Which code becomes one region. */
class RegionPlannerTest {
  private static final long BASE = 0x8000_0000L;

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

  private final CodePage page = TestCodePages.of(Assembler.assemble(BASE, DIAMOND).bytes());

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
    page.enter(8, new RegionEntry(new TranslatedRegion(Nothing.class), 0, 0));

    assertThat(places(plan(0, true))).containsExactly(0, 4, 10);
    assertThat(places(plan(0, false))).containsExactly(0, 4, 8, 10);
  }

  @Test
  void shouldBeginWhereItIsAskedToThoughAnotherRegionIsThere() {
    page.enter(8, new RegionEntry(new TranslatedRegion(Nothing.class), 0, 0));

    assertThat(places(plan(8, true))).containsExactly(8);
  }

  private static List<Integer> places(RegionPlan plan) {
    return plan.blocks().stream().map(RegionPlan.Block::place).toList();
  }

  private RegionPlan plan(int start, boolean once) {
    RegionPlanning planning = new RegionPlanning(100, 0, true, once, Map.of());
    return requireNonNull(RegionPlanner.plan(new OnePage(), BASE + 2L * start, planning));
  }

  private final class OnePage implements CodeView {
    @Override
    public @Nullable CodePage page(long virtual) {
      return virtual >>> 12 == BASE >>> 12 ? page : null;
    }

    @Override
    public CodeView snapshot() {
      return this;
    }

    @Override
    public TranslationAllowance allowance() {
      return new TranslationAllowance(new ManualClock(0));
    }
  }

  /** Code that is not run. */
  private static final class Nothing {}
}
