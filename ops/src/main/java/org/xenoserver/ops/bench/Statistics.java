package org.xenoserver.ops.bench;

import java.util.Arrays;
import java.util.List;

/** Figures about a series of measurements, none of which may be empty. */
final class Statistics {
  /** How near to the steady state a round must be to count as warm. */
  private static final double WARM = 1.2;

  private Statistics() {}

  static double median(List<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double minimum(List<Double> values) {
    return sorted(values)[0];
  }

  /** The root of the product of positive values. */
  static double geometricMean(List<Double> values) {
    double[] sorted = sorted(values);
    if (!(sorted[0] > 0)) {
      throw new IllegalArgumentException("a geometric mean is of positive values, not " + values);
    }
    return Math.exp(Arrays.stream(sorted).map(Math::log).sum() / sorted.length);
  }

  /** The rounds of a run that count as steady: its second half. */
  static List<Double> steady(List<Double> rounds) {
    return rounds.subList(rounds.size() / 2, rounds.size());
  }

  /** How many rounds passed before the first that took at most a fifth more than steady ones. */
  static int roundsToWarm(List<Double> rounds, double steady) {
    int round = 0;
    while (round < rounds.size() && rounds.get(round) > steady * WARM) {
      round++;
    }
    return round;
  }

  private static double[] sorted(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no figure about nothing");
    }
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
