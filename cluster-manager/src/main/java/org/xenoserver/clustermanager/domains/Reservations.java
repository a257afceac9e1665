package org.xenoserver.clustermanager.domains;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.xenoserver.clustermanager.placement.HostCapacity;
import org.xenoserver.clustermanager.placement.Placement;
import org.xenoserver.clustermanager.placement.PlacementPolicy;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.v1.DomainSpec;

/**
 * Room kept for domains between their placement and the moment the view shows them, so that
 * requests under way at the same time do not promise the same memory twice.
 */
final class Reservations {
  private final ClusterView view;
  private final PlacementPolicy policy;
  private final ReentrantLock placementLock = new ReentrantLock();
  private final Map<String, Reserved> reservedByUuid = new HashMap<>();

  private record Reserved(String host, DomainSpec spec) {}

  Reservations(ClusterView view, PlacementPolicy policy) {
    this.view = view;
    this.policy = policy;
  }

  /** Places a domain among the hosts that are up and eligible, and keeps the room for it. */
  Placement reserve(DomainSpec spec, Predicate<String> eligible) {
    placementLock.lock();
    try {
      List<HostCapacity> candidates = new ArrayList<>();
      for (HostEntry entry : view.hosts()) {
        if (entry.up() && eligible.test(entry.host().getName())) {
          candidates.add(capacity(entry));
        }
      }
      Placement placement = policy.place(candidates, spec);
      if (placement instanceof Placement.Chosen chosen) {
        reservedByUuid.put(spec.getUuid(), new Reserved(chosen.host(), spec));
      }
      return placement;
    } finally {
      placementLock.unlock();
    }
  }

  /** Gives the room back, or leaves it to the stored domain. */
  void release(String uuid) {
    placementLock.lock();
    try {
      reservedByUuid.remove(uuid);
    } finally {
      placementLock.unlock();
    }
  }

  private HostCapacity capacity(HostEntry entry) {
    String host = entry.host().getName();
    long memoryBytes = entry.host().getMemoryAssignedBytes();
    int vcpus = entry.vcpus();
    int domains = entry.host().getDomains();
    for (Reserved reserved : reservedByUuid.values()) {
      DomainSpec spec = reserved.spec();
      if (reserved.host().equals(host) && view.find(spec.getUuid()).isEmpty()) {
        memoryBytes += spec.getMemoryBytes();
        vcpus += spec.getVcpus();
        domains++;
      }
    }
    return new HostCapacity(
        host,
        entry.host().getProcessors(),
        entry.host().getMemoryBytes(),
        memoryBytes,
        vcpus,
        domains);
  }
}
