package org.xenoserver.clustermanager.control;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;

/** What hosts tell: registrations, leases and statuses, as far as the watches have brought them. */
final class Observed {
  final Map<String, Host> registrations = new TreeMap<>();
  final Map<String, Host> leases = new TreeMap<>();
  private final Map<String, Map<String, Domain>> statusesByHost = new HashMap<>();

  void putStatus(String host, String uuid, Domain status) {
    statusesByHost.computeIfAbsent(host, name -> new HashMap<>()).put(uuid, status);
  }

  void removeStatus(String host, String uuid) {
    Map<String, Domain> statuses = statusesByHost.get(host);
    if (statuses != null) {
      statuses.remove(uuid);
    }
  }

  void clearStatuses() {
    statusesByHost.clear();
  }

  /** A host as it is, or as it last was. */
  @Nullable Host host(String name) {
    Host lease = leases.get(name);
    return lease == null ? registrations.get(name) : lease;
  }

  /** What the record's host told last of this epoch, whatever incarnation it was. */
  @Nullable Domain lastStatus(DomainRecord record) {
    Domain status =
        statusesByHost.getOrDefault(record.getHost(), Map.of()).get(record.getSpec().getUuid());
    return status == null || status.getEpoch() != record.getEpoch() ? null : status;
  }

  /** What the record's host tells now: of this epoch, by the incarnation that holds the lease. */
  @Nullable Domain status(DomainRecord record) {
    Host lease = leases.get(record.getHost());
    Domain status = lastStatus(record);
    return status == null
            || lease == null
            || !lease.getIncarnation().equals(status.getIncarnation())
        ? null
        : status;
  }

  /** The state clients see. */
  DomainState shown(DomainRecord record) {
    if (!leases.containsKey(record.getHost())) {
      return DomainState.DOMAIN_STATE_LOST;
    }
    Domain status = status(record);
    return status == null || status.getState() == DomainState.DOMAIN_STATE_DESTROYED
        ? DomainState.DOMAIN_STATE_PENDING
        : status.getState();
  }
}
