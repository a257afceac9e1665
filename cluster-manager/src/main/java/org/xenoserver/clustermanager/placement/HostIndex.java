package org.xenoserver.clustermanager.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that take domains, in pools of alike ones. Labels that no selector has asked for do not
 * split pools.
 */
final class HostIndex {
  private static final int REMEMBERED_MATCHES = 4096;

  private final HostTable hosts;
  private final Map<Pool.Kind, Pool> pools = new LinkedHashMap<>();
  private final TreeSet<String> labelsAskedFor = new TreeSet<>();
  private final Areas areas;
  private final Map<Wanted, Match> matches = new HashMap<>();

  /** Raised whenever hosts enter or leave. */
  private long version;

  private record Wanted(String machine, String engine, Selector selector) {}

  HostIndex(HostTable hosts, Areas areas) {
    this.hosts = hosts;
    this.areas = areas;
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
    pool.add(host);
    version++;
  }

  void leave(Host host) {
    Pool pool = host.pool;
    if (pool == null) {
      return;
    }
    pool.remove(host);
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
    if (row != host.row || column != host.column || disk != host.disk) {
      pool.move(host, row, column, disk);
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
        Buckets.ofVcpus(upped(promisable.vcpus())),
        Buckets.ofMemory(upped(promisable.memoryBytes())),
        Buckets.ofDisk(upped(promisable.diskBytes())));
  }

  /** Sizes are a round number less what firmware keeps, and a bucket begins at round numbers. */
  private static long upped(long size) {
    return size + size / 16;
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
    match = new Match(found, version, areas);
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

  /** Whether a host is of one of the pools. */
  static boolean has(List<Pool> pools, Host host) {
    return host.pool != null && pools.contains(host.pool);
  }

  /** The pools a demand may go to; good until hosts enter or leave. */
  static final class Match {
    private final List<Pool> pools;
    private final long version;
    private final Areas areas;
    private final Map<Integer, int[]> areasByDepth = new HashMap<>();
    private int @Nullable [] sites;

    private Match(List<Pool> pools, long version, Areas areas) {
      this.pools = pools;
      this.version = version;
      this.areas = areas;
    }

    List<Pool> pools() {
      return pools;
    }

    /** The sites that have such a host. */
    int[] sites() {
      if (sites == null) {
        int limit = pools.stream().mapToInt(Pool::sites).max().orElse(0);
        sites =
            IntStream.range(0, limit)
                .filter(site -> pools.stream().anyMatch(pool -> pool.at(site) != null))
                .toArray();
      }
      return sites;
    }

    /** The failure domains of a depth that have such a host. */
    int[] areas(int depth) {
      return areasByDepth.computeIfAbsent(
          depth,
          key ->
              Arrays.stream(sites())
                  .map(site -> areas.site(site).area(depth))
                  .filter(area -> area >= 0)
                  .distinct()
                  .sorted()
                  .toArray());
    }
  }
}
