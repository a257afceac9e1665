package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers for failure domains: those of one depth count from 0, in the order they appeared, and so
 * do whole paths, which are called sites.
 */
final class Areas {
  private final Map<List<String>, Site> sites = new HashMap<>();
  private final List<Site> byNumber = new ArrayList<>();
  private final List<Map<List<String>, Integer>> byDepth = new ArrayList<>();

  /** A whole path, and the numbers of its prefixes, outermost first. */
  record Site(int number, int[] areas) {
    /** The failure domain it belongs to at a depth of 1 or more; -1 beyond its path. */
    int area(int depth) {
      return depth <= areas.length ? areas[depth - 1] : -1;
    }
  }

  Site of(List<String> path) {
    Site known = sites.get(path);
    if (known != null) {
      return known;
    }
    int[] areas = new int[path.size()];
    for (int depth = 1; depth <= areas.length; depth++) {
      if (byDepth.size() < depth) {
        byDepth.add(new HashMap<>());
      }
      Map<List<String>, Integer> numbers = byDepth.get(depth - 1);
      int next = numbers.size();
      areas[depth - 1] = numbers.computeIfAbsent(List.copyOf(path.subList(0, depth)), key -> next);
    }
    Site site = new Site(byNumber.size(), areas);
    sites.put(path, site);
    byNumber.add(site);
    return site;
  }

  Site site(int number) {
    return byNumber.get(number);
  }
}
