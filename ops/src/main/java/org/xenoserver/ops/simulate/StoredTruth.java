package org.xenoserver.ops.simulate;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.LogSegment;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRecord;

/**
 * What is stored, transaction by transaction, and what must hold after each: events without a gap
 * that tell what has become of the domains, one assignment for each domain, epochs that only rise,
 * quotas kept, one effect for each request.
 */
final class StoredTruth {
  private final Map<String, DomainRecord> domains = new TreeMap<>();
  private final Map<String, Set<String>> assignments = new TreeMap<>();
  private final Map<String, Project> projects = new TreeMap<>();
  private final Map<String, Operation> operations = new TreeMap<>();
  private final Map<String, Host> leases = new TreeMap<>();
  private final Map<String, Integer> effects = new HashMap<>();
  private final Set<String> told = new TreeSet<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private long lastRevision;

  /** Takes in a transaction, and checks. */
  void committed(List<NodeTree.Change> changes) {
    Set<String> touched = new HashSet<>();
    boolean truth = false;
    try {
      for (NodeTree.Change change : changes) {
        truth |= apply(change, touched);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new Violation("what was stored is not understood: " + e.getMessage());
    }
    if (truth) {
      touched.forEach(this::checkDomain);
      checkQuotas();
      if (!told.equals(domains.keySet())) {
        throw new Violation(
            "events tell of the domains %s, and stored are %s".formatted(told, domains.keySet()));
      }
    }
  }

  /** Whether it was the leader's. */
  private boolean apply(NodeTree.Change change, Set<String> touched)
      throws InvalidProtocolBufferException {
    String[] parts = change.path().split("/", -1);
    byte[] data = change.after().map(stored -> stored.node().data()).orElse(null);
    switch ("/" + parts[1]) {
      case ZooKeeperLayout.DOMAINS -> {
        if (parts.length < 3) {
          return false;
        }
        touched.add(parts[2]);
        if (data == null) {
          domains.remove(parts[2]);
        } else {
          domains.put(parts[2], DomainRecord.parseFrom(data));
        }
        return true;
      }
      case ZooKeeperLayout.ASSIGNMENTS -> {
        if (parts.length < 4) {
          return false;
        }
        touched.add(parts[3]);
        Set<String> hosts = assignments.computeIfAbsent(parts[3], uuid -> new TreeSet<>());
        if (data == null) {
          hosts.remove(parts[2]);
        } else {
          hosts.add(parts[2]);
        }
        return true;
      }
      case ZooKeeperLayout.PROJECTS -> {
        if (parts.length > 2 && data == null) {
          projects.remove(parts[2]);
        } else if (parts.length > 2) {
          projects.put(parts[2], ProjectRecord.parseFrom(data).getProject());
        }
        return parts.length > 2;
      }
      case ZooKeeperLayout.LOG -> {
        if (parts.length > 2 && data != null) {
          segment(LogSegment.parseFrom(data));
        }
        return parts.length > 2;
      }
      case ZooKeeperLayout.LEASES -> {
        if (parts.length > 2 && data == null) {
          leases.remove(parts[2]);
        } else if (parts.length > 2 && data != null && data.length > 0) {
          leases.put(parts[2], Host.parseFrom(data));
        }
        return false;
      }
      default -> {
        return false;
      }
    }
  }

  private void segment(LogSegment segment) {
    for (Event event : segment.getEventsList()) {
      if (event.getRevision() != lastRevision + 1) {
        throw new Violation(
            "revision %d follows revision %d".formatted(event.getRevision(), lastRevision));
      }
      lastRevision = event.getRevision();
      switch (event.getKind()) {
        case KIND_DOMAIN_CREATED -> {
          if (!told.add(event.getDomainUuid())) {
            throw new Violation("domain %s was created twice".formatted(event.getTarget()));
          }
          effect(event);
        }
        case KIND_DOMAIN_REMOVED -> told.remove(event.getDomainUuid());
        case KIND_DOMAIN_STEERED,
            KIND_PROJECT_CHANGED,
            KIND_PROJECT_REMOVED,
            KIND_HOST_DRAINING,
            KIND_HOST_UNCORDONED ->
            effect(event);
        default -> {}
      }
    }
    for (Operation operation : segment.getOperationsList()) {
      operations.put(operation.getId(), operation);
    }
  }

  private void effect(Event event) {
    if (event.getOperation().isEmpty() || event.getText().startsWith("leaves host")) {
      return;
    }
    if (effects.merge(event.getOperation(), 1, Integer::sum) > 1) {
      throw new Violation(
          "request %s (%s) was carried out twice"
              .formatted(event.getOperation(), event.getTarget()));
    }
  }

  private void checkDomain(String uuid) {
    DomainRecord record = domains.get(uuid);
    Set<String> hosts = assignments.getOrDefault(uuid, Set.of());
    if (record == null) {
      if (!hosts.isEmpty()) {
        throw new Violation("domain %s is gone and assigned to %s".formatted(uuid, hosts));
      }
      return;
    }
    String name = record.getSpec().getName();
    if (!hosts.equals(Set.of(record.getHost()))) {
      throw new Violation(
          "domain %s is placed on %s and assigned to %s".formatted(name, record.getHost(), hosts));
    }
    Long before = epochs.put(uuid, record.getEpoch());
    if (before != null && before > record.getEpoch()) {
      throw new Violation(
          "the epoch of domain %s fell from %d to %d".formatted(name, before, record.getEpoch()));
    }
  }

  private void checkQuotas() {
    for (Project project : projects.values()) {
      long count =
          domains.values().stream()
              .filter(record -> record.getSpec().getProject().equals(project.getName()))
              .count();
      long limit = project.getLimits().getDomains();
      if (limit > 0 && count > limit) {
        throw new Violation(
            "project %s may have %d domains and has %d".formatted(project.getName(), limit, count));
      }
      if (project.getUsage().getDomains() != count) {
        throw new Violation(
            "project %s has %d domains and is said to have %d"
                .formatted(project.getName(), count, project.getUsage().getDomains()));
      }
    }
  }

  Map<String, DomainRecord> domains() {
    return domains;
  }

  boolean isLeased(String host) {
    return leases.containsKey(host);
  }

  /** How often a request was carried out. */
  int effects(String id) {
    return effects.getOrDefault(id, 0);
  }

  /** An operation that has not ended; null if all have. */
  @Nullable Operation running() {
    return operations.values().stream()
        .filter(operation -> operation.getState() == OperationState.OPERATION_STATE_RUNNING)
        .findFirst()
        .orElse(null);
  }

  long lastRevision() {
    return lastRevision;
  }
}
