package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for failure domains: those of one depth count from 0, in the order they appeared. */
final class Areas {
  private final List<Map<List<String>, Integer>> byDepth = new ArrayList<>();

  /** The numbers of a path's prefixes, outermost first. */
  int[] of(List<String> path) {
    int[] areas = new int[path.size()];
    for (int depth = 1; depth <= areas.length; depth++) {
      if (byDepth.size() < depth) {
        byDepth.add(new HashMap<>());
      }
      Map<List<String>, Integer> known = byDepth.get(depth - 1);
      int next = known.size();
      areas[depth - 1] = known.computeIfAbsent(List.copyOf(path.subList(0, depth)), key -> next);
    }
    return areas;
  }
}
