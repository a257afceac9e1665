package org.xenoserver.ops.bench;

import java.util.List;

/**
 * How long the same thing took each time.
 *
 * @param runsMs in the order they were measured
 */
record Timings(double medianMs, double minimumMs, List<Double> runsMs) {
  static Timings of(List<Double> runsMs) {
    return new Timings(Statistics.median(runsMs), Statistics.minimum(runsMs), List.copyOf(runsMs));
  }
}
