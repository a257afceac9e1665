package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are up and alike: same machine, engine and labels that selectors ask for, and
 * about the same size. They are found by what they have left ({@link Grid}), all together and per
 * site.
 */
final class Pool {
  final Kind kind;
  final Grid all;
  private final HostTable hosts;
  private final double memoryPerVcpu;
  private final List<@Nullable Grid> sites = new ArrayList<>();

  /**
   * What hosts of a pool have in common. The sizes are buckets of what a host may promise.
   *
   * @param labels those of its labels that selectors have asked for
   */
  record Kind(
      String machine, String engine, Map<String, String> labels, int vcpus, int memory, int disk) {}

  Pool(Kind kind, double memoryPerVcpu, HostTable hosts) {
    this.kind = kind;
    this.memoryPerVcpu = memoryPerVcpu;
    this.hosts = hosts;
    this.all = new Grid(hosts, hosts.poolLinks());
  }

  /** About how many bytes of memory its hosts have for each vCPU. */
  double memoryPerVcpu() {
    return memoryPerVcpu;
  }

  /** The hosts of a site; null if there are none. */
  @Nullable Grid at(int site) {
    return site < sites.size() ? sites.get(site) : null;
  }

  /** One more than the highest number of a site that may have hosts. */
  int sites() {
    return sites.size();
  }

  void add(Host host) {
    all.add(host);
    int site = host.site.number();
    while (sites.size() <= site) {
      sites.add(null);
    }
    Grid grid = sites.get(site);
    if (grid == null) {
      grid = new Grid(hosts, hosts.siteLinks());
      sites.set(site, grid);
    }
    grid.add(host);
  }

  void remove(Host host) {
    all.remove(host);
    Grid grid = siteOf(host);
    grid.remove(host);
    if (grid.size() == 0) {
      sites.set(host.site.number(), null);
    }
  }

  /** Moves a host of the pool to the buckets of what it has left now. */
  void move(Host host, int row, int column, int disk) {
    Grid site = siteOf(host);
    all.beforeChange(host);
    site.beforeChange(host);
    host.row = row;
    host.column = column;
    host.disk = disk;
    all.afterChange(host);
    site.afterChange(host);
  }

  private Grid siteOf(Host host) {
    Grid grid = at(host.site.number());
    if (grid == null) {
      throw new IllegalStateException("host %s is not in its pool".formatted(host.offer.name()));
    }
    return grid;
  }
}
