package org.xenoserver.ops.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Our time divided by each peer's: below 1 we are faster. */
final class Ratios {
  private Ratios() {}

  /** Of times by machine; empty without ours. */
  static Map<String, Double> of(Map<String, Double> times) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    Double ours = times.get(XenoServer.NAME);
    if (ours != null) {
      times.forEach((machine, theirs) -> {
        if (!machine.equals(XenoServer.NAME)) {
          ratios.put(machine, ours / theirs);
        }
      });
    }
    return ratios;
  }

  /** The geometric mean for each peer over all that were measured with it. */
  static Map<String, Double> means(List<Map<String, Double>> all) {
    Map<String, Double> means = new LinkedHashMap<>();
    all.stream()
        .flatMap(ratios -> ratios.keySet().stream())
        .distinct()
        .forEach(peer ->
            means.put(
                peer,
                Statistics.geometricMean(
                    all.stream()
                        .filter(ratios -> ratios.containsKey(peer))
                        .map(ratios -> ratios.getOrDefault(peer, 1.0))
                        .toList())));
    return means;
  }
}
