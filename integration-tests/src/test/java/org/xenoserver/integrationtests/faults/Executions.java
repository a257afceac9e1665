package org.xenoserver.integrationtests.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * What guests said on their consoles: when each incarnation of each domain executed, and where. All
 * guests read one clock, as all their hosts are on one machine. Safe from any thread.
 */
final class Executions {
  private static final Pattern COUNT =
      Pattern.compile("C ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16})");
  private static final Pattern TWICE =
      Pattern.compile("V ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16})");

  /** A guest that counts is heard this often at least. */
  private static final long SEEN_NS = 1_000_000_000;

  private final ReentrantLock domainsLock = new ReentrantLock();
  private final Map<String, Map<Long, Incarnation>> domains = new TreeMap<>();
  private final Map<String, Set<CounterRecord>> counts = new HashMap<>();
  private final List<String> reported = new ArrayList<>();

  /** When an incarnation was seen to execute. */
  private static final class Incarnation {
    final Set<String> hosts = new HashSet<>();
    long firstNs = Long.MAX_VALUE;
    long lastNs = Long.MIN_VALUE;
  }

  /** The guests' clock: ns since 1970. */
  static long nowNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** What a domain is called here: another of the same name is another. */
  static String key(String name, String uuid) {
    return name + "/" + uuid;
  }

  static String key(DomainSpec spec) {
    return key(spec.getName(), spec.getUuid());
  }

  /** Takes a line a guest printed. */
  void add(String domain, String host, String line) {
    Matcher count = COUNT.matcher(line);
    Matcher twice = TWICE.matcher(line);
    domainsLock.lock();
    try {
      if (count.matches()) {
        CounterRecord record = new CounterRecord(word(count, 1), word(count, 2), word(count, 3));
        Incarnation incarnation =
            domains
                .computeIfAbsent(domain, any -> new TreeMap<>())
                .computeIfAbsent(record.incarnation(), any -> new Incarnation());
        incarnation.hosts.add(host);
        incarnation.firstNs = Math.min(incarnation.firstNs, record.incarnation());
        incarnation.lastNs = Math.max(incarnation.lastNs, record.atNs());
        counts.computeIfAbsent(domain, any -> new HashSet<>()).add(record);
      } else if (twice.matches()) {
        reported.add(
            "domain %s on %s: incarnation %x found the record of %x while it ran"
                .formatted(domain, host, word(twice, 1), word(twice, 2)));
      }
    } finally {
      domainsLock.unlock();
    }
  }

  private static long word(Matcher line, int group) {
    return Long.parseUnsignedLong(line.group(group), 16);
  }

  /** When a domain was last seen to execute on a host, in ns of the clock; 0 for never. */
  long lastNs(String domain, String host) {
    domainsLock.lock();
    try {
      return domains.getOrDefault(domain, Map.of()).values().stream()
          .filter(incarnation -> incarnation.hosts.contains(host))
          .mapToLong(incarnation -> incarnation.lastNs)
          .max()
          .orElse(0);
    } finally {
      domainsLock.unlock();
    }
  }

  /** When a domain first executed elsewhere than on a host, after a moment; 0 for not yet. */
  long firstElsewhereNs(String domain, String host, long afterNs) {
    domainsLock.lock();
    try {
      return domains.getOrDefault(domain, Map.of()).values().stream()
          .filter(incarnation -> !incarnation.hosts.contains(host))
          .mapToLong(incarnation -> incarnation.firstNs)
          .filter(firstNs -> firstNs > afterNs)
          .min()
          .orElse(0);
    } finally {
      domainsLock.unlock();
    }
  }

  /** What became of a domain that executed on a host when something befell it. */
  record Failover(String domain, long stoppedNs, long ranNs) {}

  /**
   * Domains that executed on a host at a moment and next on another: when they stopped and ran, in
   * ns after that moment.
   */
  List<Failover> failovers(String host, long atNs) {
    domainsLock.lock();
    try {
      List<Failover> failovers = new ArrayList<>();
      domains.forEach((domain, incarnations) -> {
        Incarnation before = null;
        for (Incarnation next : incarnations.values()) {
          if (before != null
              && before.hosts.contains(host)
              && before.firstNs < atNs
              && before.lastNs > atNs - SEEN_NS
              && next.firstNs > atNs
              && !next.hosts.contains(host)) {
            failovers.add(new Failover(domain, before.lastNs - atNs, next.firstNs - atNs));
          }
          before = next;
        }
      });
      return failovers;
    } finally {
      domainsLock.unlock();
    }
  }

  /** What a domain's guests said they had written. */
  Set<CounterRecord> counts(String domain) {
    domainsLock.lock();
    try {
      return Set.copyOf(counts.getOrDefault(domain, Set.of()));
    } finally {
      domainsLock.unlock();
    }
  }

  /** How many incarnations were seen of all domains. */
  int incarnations() {
    domainsLock.lock();
    try {
      return domains.values().stream().mapToInt(Map::size).sum();
    } finally {
      domainsLock.unlock();
    }
  }

  /** Where guests found another at their disk, and where two executed at one time. */
  List<String> violations() {
    domainsLock.lock();
    try {
      List<String> violations = new ArrayList<>(reported);
      domains.forEach((domain, incarnations) -> {
        Incarnation last = new Incarnation();
        // In the order in which they started, as that moment is their name.
        for (Incarnation next : incarnations.values()) {
          if (next.firstNs <= last.lastNs) {
            violations.add(
                "domain %s: incarnation %x began on %s %.3f s before %x executed last on %s"
                    .formatted(
                        domain,
                        next.firstNs,
                        next.hosts,
                        (last.lastNs - next.firstNs) / 1e9,
                        last.firstNs,
                        last.hosts));
          }
          if (next.lastNs > last.lastNs) {
            last = next;
          }
        }
      });
      return violations;
    } finally {
      domainsLock.unlock();
    }
  }
}
