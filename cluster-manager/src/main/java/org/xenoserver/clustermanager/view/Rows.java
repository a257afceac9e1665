package org.xenoserver.clustermanager.view;

import com.google.protobuf.util.Timestamps;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostSchedule;
import org.xenoserver.proto.v1.HostState;

/**
 * The rows clients see, computed from records, statuses, registrations and leases. Tells of each
 * row that changed. Not safe for threads; {@link ClusterView} guards it.
 */
final class Rows {
  private final InstantSource clock;
  private final Consumer<Domain> domainChanged;
  private final Consumer<Host> hostChanged;

  private final Map<String, DomainRecord> records = new HashMap<>();
  private final Map<String, String> uuidsByName = new HashMap<>();
  private final Map<String, Map<String, Domain>> statusesByHost = new HashMap<>();
  private final Map<String, Host> registrations = new HashMap<>();
  private final Map<String, Host> leases = new HashMap<>();
  private final Map<String, Instant> leaseEnds = new HashMap<>();

  private final Map<String, DomainEntry> domains = new LinkedHashMap<>();
  private final Map<String, HostEntry> hosts = new TreeMap<>();
  private final Map<String, Load> loads = new HashMap<>();
  private final Set<String> drained = new HashSet<>();

  /** What is placed on a host. */
  private static final class Load {
    final Set<String> uuids = new TreeSet<>();
    long memoryBytes;
    int vcpus;
  }

  Rows(InstantSource clock, Consumer<Domain> domainChanged, Consumer<Host> hostChanged) {
    this.clock = clock;
    this.domainChanged = domainChanged;
    this.hostChanged = hostChanged;
  }

  void putRecord(DomainRecord stored) {
    String uuid = stored.getSpec().getUuid();
    DomainRecord old = records.put(uuid, stored);
    uuidsByName.put(stored.getSpec().getName(), uuid);
    if (old != null) {
      unload(old);
    }
    Load load = loads.computeIfAbsent(stored.getHost(), host -> new Load());
    load.uuids.add(uuid);
    load.memoryBytes += stored.getSpec().getMemoryBytes();
    load.vcpus += stored.getSpec().getVcpus();
    refreshDomain(uuid);
    if (old != null && !old.getHost().equals(stored.getHost())) {
      refreshHost(old.getHost());
    }
    refreshHost(stored.getHost());
  }

  void removeRecord(String uuid) {
    DomainRecord old = records.remove(uuid);
    DomainEntry entry = domains.remove(uuid);
    if (old == null || entry == null) {
      return;
    }
    uuidsByName.remove(old.getSpec().getName(), uuid);
    unload(old);
    domainChanged.accept(
        entry.domain().toBuilder()
            .setState(DomainState.DOMAIN_STATE_DESTROYED)
            .clearReason()
            .build());
    refreshHost(old.getHost());
  }

  private void unload(DomainRecord record) {
    Load load = loads.get(record.getHost());
    if (load != null && load.uuids.remove(record.getSpec().getUuid())) {
      load.memoryBytes -= record.getSpec().getMemoryBytes();
      load.vcpus -= record.getSpec().getVcpus();
    }
  }

  void putStatus(String host, String uuid, Domain status) {
    statusesByHost.computeIfAbsent(host, name -> new HashMap<>()).put(uuid, status);
    refreshDomain(uuid);
  }

  void removeStatus(String host, String uuid) {
    Map<String, Domain> statuses = statusesByHost.get(host);
    if (statuses != null && statuses.remove(uuid) != null) {
      refreshDomain(uuid);
    }
  }

  void putRegistration(String host, Host registration) {
    registrations.put(host, registration);
    refreshHost(host);
  }

  void removeRegistration(String host) {
    registrations.remove(host);
    refreshHost(host);
  }

  void putLease(String host, Host lease) {
    leases.put(host, lease);
    refreshHost(host);
    refreshDomainsOn(host);
  }

  void removeLease(String host) {
    if (leases.remove(host) != null) {
      leaseEnds.put(host, clock.instant().truncatedTo(ChronoUnit.MILLIS));
      refreshHost(host);
      refreshDomainsOn(host);
    }
  }

  private void refreshDomainsOn(String host) {
    Load load = loads.get(host);
    if (load != null) {
      load.uuids.forEach(this::refreshDomain);
    }
  }

  private void refreshDomain(String uuid) {
    DomainRecord stored = records.get(uuid);
    if (stored == null) {
      return;
    }
    DomainEntry old = domains.get(uuid);
    DomainEntry entry = entry(stored, old);
    domains.put(uuid, entry);
    if (old == null || !old.domain().equals(entry.domain())) {
      domainChanged.accept(entry.domain());
    }
  }

  private DomainEntry entry(DomainRecord record, @Nullable DomainEntry old) {
    String host = record.getHost();
    Host lease = leases.get(host);
    Domain status = statusesByHost.getOrDefault(host, Map.of()).get(record.getSpec().getUuid());
    Domain.Builder domain =
        Domain.newBuilder()
            .setSpec(record.getSpec())
            .setHost(host)
            .setEpoch(record.getEpoch())
            .setCreateTime(record.getCreateTime())
            .setRestarts(record.getRestarts());
    if (lease == null) {
      domain.setState(DomainState.DOMAIN_STATE_LOST).setReason(whyLost(host));
    } else if (status == null
        || status.getEpoch() != record.getEpoch()
        || !status.getIncarnation().equals(lease.getIncarnation())) {
      domain.setState(DomainState.DOMAIN_STATE_PENDING);
    } else if (status.getState() == DomainState.DOMAIN_STATE_DESTROYED) {
      if (old != null && record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
        // The record is about to go; until then the domain looks as it last did.
        return new DomainEntry(record, old.domain());
      }
      domain
          .setState(DomainState.DOMAIN_STATE_PENDING)
          .setReason("it has left host %s".formatted(host));
    } else {
      domain
          .setState(status.getState())
          .setReason(status.getReason())
          .setExitStatus(status.getExitStatus());
    }
    return new DomainEntry(record, domain.build());
  }

  private String whyLost(String host) {
    Instant end = leaseEnds.get(host);
    return end == null
        ? "host %s holds no lease".formatted(host)
        : "the lease of host %s ended at %s".formatted(host, end);
  }

  private void refreshHost(String host) {
    Host lease = leases.get(host);
    Host known = lease == null ? registrations.get(host) : lease;
    if (known == null) {
      hosts.remove(host);
      return;
    }
    Load load = loads.get(host);
    Host shown =
        known.toBuilder()
            .setName(host)
            .setState(lease == null ? HostState.HOST_STATE_LOST : HostState.HOST_STATE_UP)
            .setSchedule(
                drained.contains(host)
                    ? HostSchedule.HOST_SCHEDULE_DRAINING
                    : HostSchedule.HOST_SCHEDULE_UNSPECIFIED)
            .setMemoryAssignedBytes(load == null ? 0 : load.memoryBytes)
            .setDomains(load == null ? 0 : load.uuids.size())
            .build();
    HostEntry old = hosts.put(host, new HostEntry(shown, load == null ? 0 : load.vcpus));
    if (old == null || !old.host().equals(shown)) {
      hostChanged.accept(shown);
    }
  }

  @Nullable DomainEntry domain(String uuid) {
    return domains.get(uuid);
  }

  /** A domain by its name or, in any letter case, its UUID; a name wins. */
  Optional<DomainEntry> find(String nameOrUuid) {
    String uuid = uuidsByName.get(nameOrUuid);
    return Optional.ofNullable(
        domains.get(uuid == null ? nameOrUuid.toLowerCase(Locale.ROOT) : uuid));
  }

  /** All domains, oldest first. */
  List<Domain> domains() {
    return domains.values().stream()
        .map(DomainEntry::domain)
        .sorted((a, b) -> Timestamps.compare(a.getCreateTime(), b.getCreateTime()))
        .toList();
  }

  Optional<HostEntry> host(String host) {
    return Optional.ofNullable(hosts.get(host));
  }

  /** All hosts by name. */
  Collection<HostEntry> hosts() {
    return hosts.values();
  }

  /** The UUIDs of all domains. */
  Set<String> uuids() {
    return new HashSet<>(records.keySet());
  }

  /** The hosts that hold a lease. */
  Set<String> leased() {
    return new HashSet<>(leases.keySet());
  }

  /** The hosts that are registered. */
  Set<String> registered() {
    return new HashSet<>(registrations.keySet());
  }

  /** The hosts that are drained. */
  Set<String> drained() {
    return new HashSet<>(drained);
  }

  /** The UUIDs a host has told statuses of, by host. */
  Map<String, Set<String>> told() {
    Map<String, Set<String>> told = new HashMap<>();
    statusesByHost.forEach((host, statuses) -> told.put(host, new HashSet<>(statuses.keySet())));
    return told;
  }

  void setDrained(String host, boolean now) {
    if (now ? drained.add(host) : drained.remove(host)) {
      refreshHost(host);
    }
  }
}
