package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
  @Test
  void shouldTakeTheMiddleOfSortedValues() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
    assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
    assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
    assertThat(Statistics.minimum(List.of(4.0, 1.0, 2.0))).isEqualTo(1);
  }

  @Test
  void shouldBalanceARatioAgainstItsInverse() {
    assertThat(Statistics.geometricMean(List.of(4.0, 0.25))).isCloseTo(1, within(1e-12));
    assertThat(Statistics.geometricMean(List.of(0.5, 1.0, 2.0, 8.0)))
        .isCloseTo(Math.pow(8, 0.25), within(1e-12));
  }

  @Test
  void shouldRefuseToTellAnythingAboutNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.geometricMean(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Statistics.geometricMean(List.of(1.0, 0.0)));
  }

  @Test
  void shouldCountTheRoundsUntilAFifthAboveSteady() {
    List<Double> rounds = List.of(50.0, 20.0, 12.1, 12.0, 30.0, 10.0);

    assertThat(Statistics.roundsToWarm(rounds, 10)).isEqualTo(3);
    assertThat(Statistics.roundsToWarm(rounds, 100)).isZero();
    assertThat(Statistics.roundsToWarm(rounds, 1)).isEqualTo(6);
    assertThat(Statistics.steady(rounds)).containsExactly(12.0, 30.0, 10.0);
    assertThat(Statistics.steady(List.of(1.0, 2.0, 3.0))).containsExactly(2.0, 3.0);
  }

  @Test
  void shouldDivideOurTimeByEachPeers() {
    Map<String, Double> times = new LinkedHashMap<>();
    times.put("xeno", 30.0);
    times.put("qemu", 60.0);
    times.put("rvvm", 15.0);

    assertThat(Ratios.of(times)).isEqualTo(Map.of("qemu", 0.5, "rvvm", 2.0));
    assertThat(Ratios.of(Map.of("qemu", 60.0))).isEmpty();
  }

  @Test
  void shouldTakeMeansOverWhatWasMeasuredWithAPeer() {
    Map<String, Double> means =
        Ratios.means(
            List.of(
                Map.of("qemu", 0.5, "rvvm", 3.0), Map.of("qemu", 2.0), Map.<String, Double>of()));

    assertThat(means).containsOnlyKeys("qemu", "rvvm");
    assertThat(means.get("qemu")).isCloseTo(1, within(1e-12));
    assertThat(means.get("rvvm")).isCloseTo(3, within(1e-12));
  }
}
