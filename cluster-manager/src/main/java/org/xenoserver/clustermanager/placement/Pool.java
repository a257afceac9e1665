package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are up and alike: same machine, engine and labels that selectors ask for, and
 * about the same size. They are found by what they have left ({@link Grid}), all together and per
 * failure domain of the depths that rules ask for.
 */
final class Pool {
  final Kind kind;
  private final double memoryPerVcpu;
  final Grid all;
  private final HostTable hosts;

  /** By depth, then by number of the failure domain; empty for depths no rule has asked for. */
  private final List<List<@Nullable Grid>> byDepth = new ArrayList<>();

  /**
   * What hosts of a pool have in common. The sizes are buckets of what a host may promise.
   *
   * @param labels those of its labels that selectors have asked for
   */
  record Kind(
      String machine, String engine, Map<String, String> labels, int vcpus, int memory, int disk) {}

  Pool(Kind kind, double memoryPerVcpu, HostTable hosts) {
    this.kind = kind;
    this.hosts = hosts;
    this.all = new Grid(0, hosts);
    this.memoryPerVcpu = memoryPerVcpu;
    for (int depth = 0; depth <= Scope.DEPTHS; depth++) {
      byDepth.add(List.of());
    }
  }

  /** About how many bytes of memory its hosts have for each vCPU. */
  double memoryPerVcpu() {
    return memoryPerVcpu;
  }

  /** The hosts of a failure domain; null if there are none. */
  @Nullable Grid in(int depth, int area) {
    List<@Nullable Grid> grids = byDepth.get(depth);
    return area < grids.size() ? grids.get(area) : null;
  }

  /** One more than the highest number of a failure domain that may have hosts. */
  int areas(int depth) {
    return byDepth.get(depth).size();
  }

  void add(Host host, int depth) {
    if (depth == 0) {
      all.add(host);
      return;
    }
    int area = host.place(depth);
    if (area < 0) {
      return;
    }
    if (byDepth.get(depth).isEmpty()) {
      byDepth.set(depth, new ArrayList<>());
    }
    List<@Nullable Grid> grids = byDepth.get(depth);
    while (grids.size() <= area) {
      grids.add(null);
    }
    Grid grid = grids.get(area);
    if (grid == null) {
      grid = new Grid(depth, hosts);
      grids.set(area, grid);
    }
    grid.add(host);
  }

  void remove(Host host, int depth) {
    if (depth == 0) {
      all.remove(host);
      return;
    }
    int area = host.place(depth);
    Grid grid = area < 0 ? null : in(depth, area);
    if (grid != null) {
      grid.remove(host);
      if (grid.size() == 0) {
        byDepth.get(depth).set(area, null);
      }
    }
  }
}
