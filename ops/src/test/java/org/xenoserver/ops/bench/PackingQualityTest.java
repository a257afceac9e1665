package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.xenoserver.clustermanager.placement.Resources;

final class PackingQualityTest {
  private static final Resources HOST = new Resources(10, 10, 10);

  @Test
  void shouldSolveWhatFirstFitDoesNot() {
    List<Resources> domains = new ArrayList<>();
    for (int vcpus : new int[] {5, 4, 4, 3, 2, 2}) {
      domains.add(new Resources(vcpus, 1, 0));
    }
    assertThat(ExactPacking.solve(HOST, domains)).isEqualTo(new ExactPacking.Answer(2, 2));
  }

  @Test
  void shouldNeedAHostForEachDomainAboveHalf() {
    List<Resources> domains = Collections.nCopies(5, new Resources(1, 6, 0));
    assertThat(ExactPacking.solve(HOST, domains)).isEqualTo(new ExactPacking.Answer(5, 5));
  }

  @Test
  void shouldFindAPackingThatIsKnownToBePerfect() {
    for (long seed = 1; seed <= 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Resources> domains = new ArrayList<>();
      for (int host = 0; host < 5; host++) {
        int vcpus = 1 + random.nextInt(8);
        int memory = 1 + random.nextInt(8);
        domains.add(new Resources(vcpus, memory, 3));
        domains.add(new Resources(10 - vcpus, 10 - memory, 7));
      }
      assertThat(ExactPacking.solve(HOST, domains))
          .as("seed %d", seed)
          .isEqualTo(new ExactPacking.Answer(5, 5));
    }
  }

  @Test
  void shouldPackStandardSizesWithinFivePercentOfTheOptimum() {
    for (long seed = 1; seed <= 3; seed++) {
      PackingQuality.Result result =
          PackingQuality.small(PackingQuality.Sizes.STANDARD, 20, 40, seed);
      assertThat(result.overBound()).as("seed %d: %s", seed, result).isLessThan(0.05);
    }
  }

  @Test
  void shouldPackOddSizesWithinFivePercentOfTheOptimumOnceRebalanced() {
    for (long seed = 1; seed <= 3; seed++) {
      PackingQuality.Result result = PackingQuality.small(PackingQuality.Sizes.ODD, 20, 40, seed);
      assertThat(result.overBoundRebalanced()).as("seed %d: %s", seed, result).isLessThan(0.05);
      assertThat(result.overBound()).isLessThan(0.10);
    }
  }
}
