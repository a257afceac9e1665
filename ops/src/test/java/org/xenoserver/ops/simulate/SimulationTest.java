package org.xenoserver.ops.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands more by {@code ./xeno simulate}. */
final class SimulationTest {
  private static final int SEEDS = 150;
  private static final int SEEDS_WITHOUT = 200;

  private static Scenario.@Nullable Result firstViolation(int seeds, Set<Safeguard> without) {
    for (int seed = 1; seed <= seeds; seed++) {
      Scenario.Result result = Scenario.run(seed, without, line -> {});
      if (result.violation() != null) {
        return result;
      }
    }
    return null;
  }

  @Test
  void shouldHoldItsInvariantsUnderFaults() {
    System.out.println("seeds 1 to " + SEEDS);
    assertThat(firstViolation(SEEDS, EnumSet.noneOf(Safeguard.class))).isNull();
  }

  @ParameterizedTest
  @EnumSource(Safeguard.class)
  void shouldNoticeThatASafeguardIsMissing(Safeguard missing) {
    System.out.println("seeds 1 to " + SEEDS_WITHOUT + " without " + missing);
    assertThat(firstViolation(SEEDS_WITHOUT, EnumSet.of(missing))).isNotNull();
  }

  @Test
  void shouldRunASeedAgainAsBefore() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    Scenario.Result result = Scenario.run(42, EnumSet.noneOf(Safeguard.class), first::add);
    System.out.println("seed 42");
    assertThat(Scenario.run(42, EnumSet.noneOf(Safeguard.class), second::add)).isEqualTo(result);
    assertThat(second).isEqualTo(first);
    assertThat(first).hasSizeGreaterThan(20);
  }
}
