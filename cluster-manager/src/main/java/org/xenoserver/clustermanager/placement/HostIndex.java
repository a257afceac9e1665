package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The hosts that take domains, in pools of alike ones. Labels that no selector has asked for do not
 * split pools, and failure domains are told apart down to the depths rules have asked for.
 */
final class HostIndex {
  private static final int REMEMBERED_MATCHES = 4096;

  private final HostTable hosts;
  private final Map<Pool.Kind, Pool> pools = new LinkedHashMap<>();
  private final TreeSet<String> labelsAskedFor = new TreeSet<>();
  private final TreeSet<Integer> depths = new TreeSet<>(List.of(0));
  private int[] depthArray = {0};
  private final Map<Wanted, Match> matches = new HashMap<>();

  /** Raised whenever hosts enter or leave. */
  private long version;

  private record Wanted(String machine, String engine, Selector selector) {}

  HostIndex(HostTable hosts) {
    this.hosts = hosts;
  }

  /** Takes a host in, if it takes domains. */
  void enter(Host host) {
    if (host.offer.condition() != HostCondition.UP) {
      return;
    }
    Resources promisable = host.offer.promisable();
    double memoryPerVcpu = (double) promisable.memoryBytes() / Math.max(1, promisable.vcpus());
    Pool pool =
        pools.computeIfAbsent(kind(host.offer), kind -> new Pool(kind, memoryPerVcpu, hosts));
    host.pool = pool;
    locate(host);
    for (int depth : depthArray) {
      pool.add(host, depth);
    }
    version++;
  }

  void leave(Host host) {
    Pool pool = host.pool;
    if (pool == null) {
      return;
    }
    for (int depth : depthArray) {
      pool.remove(host, depth);
    }
    host.pool = null;
    if (pool.all.size() == 0) {
      pools.remove(pool.kind);
    }
    version++;
  }

  /** Finds the new place of a host that has another amount left. */
  void changed(Host host) {
    Pool pool = host.pool;
    if (pool == null) {
      return;
    }
    int row = hosts.row(host.id);
    int column = hosts.column(host.id);
    int disk = hosts.disk(host.id);
    if (row == host.row && column == host.column && disk == host.disk) {
      return;
    }
    for (int depth : depthArray) {
      Grid grid = depth == 0 ? pool.all : pool.in(depth, host.place(depth));
      if (grid != null) {
        grid.beforeChange(host);
      }
    }
    host.row = row;
    host.column = column;
    host.disk = disk;
    for (int depth : depthArray) {
      Grid grid = depth == 0 ? pool.all : pool.in(depth, host.place(depth));
      if (grid != null) {
        grid.afterChange(host);
      }
    }
  }

  private void locate(Host host) {
    host.row = hosts.row(host.id);
    host.column = hosts.column(host.id);
    host.disk = hosts.disk(host.id);
  }

  private Pool.Kind kind(HostOffer offer) {
    Map<String, String> labels = new TreeMap<>();
    for (String key : labelsAskedFor) {
      String value = offer.labels().get(key);
      if (value != null) {
        labels.put(key, value);
      }
    }
    Resources promisable = offer.promisable();
    return new Pool.Kind(
        offer.machine(),
        offer.engine(),
        labels,
        Buckets.ofVcpus(promisable.vcpus()),
        Buckets.ofMemory(promisable.memoryBytes()),
        Buckets.ofDisk(promisable.diskBytes()));
  }

  /** Where a demand may go as far as machine, engine and labels say. */
  Match match(Demand demand) {
    Wanted wanted = new Wanted(demand.machine(), demand.engine(), demand.hosts());
    Match match = matches.get(wanted);
    if (match != null && match.version == version) {
      return match;
    }
    tellApart(wanted.selector());
    List<Pool> found = new ArrayList<>();
    for (Pool pool : pools.values()) {
      if (accepts(wanted, pool.kind)) {
        found.add(pool);
      }
    }
    match = new Match(found, version);
    if (matches.size() >= REMEMBERED_MATCHES) {
      matches.clear();
    }
    matches.put(wanted, match);
    return match;
  }

  private static boolean accepts(Wanted wanted, Pool.Kind kind) {
    return (wanted.machine().isEmpty() || wanted.machine().equals(kind.machine()))
        && (wanted.engine().isEmpty() || wanted.engine().equals(kind.engine()))
        && wanted.selector().matches(kind.labels());
  }

  private void tellApart(Selector selector) {
    boolean more = false;
    for (Selector.Term term : selector.terms()) {
      more |= labelsAskedFor.add(term.key());
    }
    if (!more) {
      return;
    }
    for (int id = 0; id < hosts.limit(); id++) {
      Host host = hosts.find(id);
      if (host != null && host.pool != null) {
        leave(host);
        enter(host);
      }
    }
  }

  /** Keeps hosts per failure domain of a depth from now on. */
  void tellApart(int depth) {
    if (!depths.add(depth)) {
      return;
    }
    depthArray = depths.stream().mapToInt(Integer::intValue).toArray();
    for (int id = 0; id < hosts.limit(); id++) {
      Host host = hosts.find(id);
      Pool pool = host == null ? null : host.pool;
      if (host != null && pool != null) {
        pool.add(host, depth);
      }
    }
    version++;
  }

  /** The pools a demand may go to; good until hosts enter or leave. */
  static final class Match {
    private final List<Pool> pools;
    private final long version;
    private final Map<Integer, int[]> areasByDepth = new HashMap<>();

    private Match(List<Pool> pools, long version) {
      this.pools = pools;
      this.version = version;
    }

    List<Pool> pools() {
      return pools;
    }

    /** The failure domains of a depth that have such a host. */
    int[] areas(int depth) {
      return areasByDepth.computeIfAbsent(depth, this::findAreas);
    }

    private int[] findAreas(int depth) {
      int limit = pools.stream().mapToInt(pool -> pool.areas(depth)).max().orElse(0);
      int[] found = new int[limit];
      int size = 0;
      for (int area = 0; area < limit; area++) {
        for (Pool pool : pools) {
          if (pool.in(depth, area) != null) {
            found[size++] = area;
            break;
          }
        }
      }
      return Arrays.copyOf(found, size);
    }
  }
}
