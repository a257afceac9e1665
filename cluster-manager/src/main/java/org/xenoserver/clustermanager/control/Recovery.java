package org.xenoserver.clustermanager.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;
import org.xenoserver.proto.v1.RestartPolicy;

/**
 * Moves domains: away from hosts that are lost, after a margin; away from hosts that are drained, a
 * few at a time, each once its host has said that it holds it no more; and those that had to leave
 * for others, as soon as there is room. Removes those that are destroyed.
 */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final long RETRY_NS = 1_000_000_000;

  private static final Comparator<DomainRecord> MOST_PRECIOUS_FIRST =
      Comparator.comparing((DomainRecord record) -> -record.getSpec().getPriority())
          .thenComparing(record -> record.getSpec().getName());

  private final Term term;
  private final Steering steering;

  /** Hosts that are given up, with the version of the proof that must not have changed. */
  private final Map<String, Integer> lost = new TreeMap<>();

  /** Hosts without a lease that are being waited for; a newer wait has a higher number. */
  private final Map<String, Integer> waits = new HashMap<>();

  private int waitNumbers;
  private final Set<String> unplaced = new HashSet<>();
  private boolean retrying;

  Recovery(Term term, Steering steering) {
    this.term = term;
    this.steering = steering;
  }

  /** A host holds a lease. */
  void up(String host) {
    waits.remove(host);
    lost.remove(host);
    retrySoon();
  }

  /**
   * A host holds no lease: notes what it has proven, waits until what it may rely on is over, and
   * gives it up.
   */
  void down(String host) {
    if (lost.containsKey(host) || waits.containsKey(host)) {
      return;
    }
    int number = ++waitNumbers;
    waits.put(host, number);
    term.proofs()
        .read(
            host,
            version -> {
              if (isWaiting(host, number)) {
                term.loop()
                    .after(
                        waitNs(host, version),
                        () -> {
                          if (isWaiting(host, number)) {
                            waits.remove(host);
                            lost.put(host, version);
                            giveUp(host);
                          }
                        });
              }
            });
  }

  private boolean isWaiting(String host, int number) {
    return waits.getOrDefault(host, 0) == number && !term.observed().leases.containsKey(host);
  }

  /**
   * How long a proof that was seen now may still be relied on, by clocks that differ by a tenth.
   */
  private long waitNs(String host, int version) {
    Host known = term.observed().host(host);
    long validityNs = version < 0 || known == null ? 0 : known.getProofValidityMs() * 1_000_000L;
    return validityNs + validityNs / 10 + term.settings().recovery().failoverMargin().toNanos();
  }

  private void giveUp(String host) {
    List<DomainRecord> domains =
        term.ledger().domainsOn(host).stream().sorted(MOST_PRECIOUS_FIRST).toList();
    if (!domains.isEmpty()) {
      log.info("host {} is lost; its {} domains go elsewhere", host, domains.size());
    }
    for (DomainRecord record : domains) {
      if (record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
        guard(host);
        remove(record);
      } else {
        move(record, "host %s was lost".formatted(host), true);
      }
    }
  }

  private void guard(String host) {
    if (!term.ledger().isGuarded(host)) {
      lost.put(host, term.ledger().guard(host, lost.getOrDefault(host, -1)));
    }
  }

  /** Looks at a domain after its host told something about it. */
  void look(DomainRecord record) {
    Domain status = term.observed().status(record);
    boolean gone = status != null && status.getState() == DomainState.DOMAIN_STATE_DESTROYED;
    if (!gone) {
      return;
    }
    if (record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      remove(record);
    } else if (record.getLeaving()) {
      String from = record.getHost();
      move(
          record,
          (term.ledger().isDrained(from) ? "host %s is being drained" : "it had to leave host %s")
              .formatted(from),
          false);
      drain(from);
    }
  }

  private void remove(DomainRecord record) {
    Ledger ledger = term.ledger();
    Operation operation = steering.running(record);
    if (operation != null) {
      steering.end(record, operation, OperationState.OPERATION_STATE_DONE, "");
    }
    ledger.remove(record);
    term.placements().remove(record.getSpec().getName());
    term.quotas().give(record.getSpec());
    term.quotas().store(record.getSpec());
    ledger.event(Term.event(Event.Kind.KIND_DOMAIN_REMOVED, record, "destroyed"));
    ledger.endTransaction();
    unplaced.remove(record.getSpec().getUuid());
    retrySoon();
  }

  /** Places a domain anew that runs nowhere; if there is no room, it is tried again. */
  private void move(DomainRecord record, String why, boolean guarded) {
    Ledger ledger = term.ledger();
    String uuid = record.getSpec().getUuid();
    Demand demand = Placements.demand(record.getSpec());
    Optional<String> host = term.placements().decideAnew(demand, unplaced.contains(uuid));
    if (host.isEmpty()) {
      term.placements()
          .keep(demand, record.getHost(), guarded || term.ledger().isDrained(record.getHost()));
      if (unplaced.add(uuid)) {
        log.warn("{}", term.placements().refusal(demand));
      }
      retrySoon();
      return;
    }
    unplaced.remove(uuid);
    if (guarded) {
      guard(record.getHost());
    }
    term.placements().place(demand, host.get());
    DomainRecord placed =
        record.toBuilder()
            .setHost(host.get())
            .setEpoch(record.getEpoch() + 1)
            .setDesired(desiredElsewhere(record))
            .setLeaving(false)
            .setRestarts(0)
            .build();
    ledger.put(placed);
    ledger.event(
        Term.event(
            Event.Kind.KIND_DOMAIN_PLACED,
            placed,
            "placed on host %s because %s".formatted(host.get(), why)));
    ledger.endTransaction();
  }

  /** A domain that had ended, or is never started again by itself, is not started elsewhere. */
  private DesiredState desiredElsewhere(DomainRecord record) {
    boolean toRun =
        record.getDesired() == DesiredState.DESIRED_STATE_RUNNING
            || record.getDesired() == DesiredState.DESIRED_STATE_PAUSED;
    if (!toRun) {
      return record.getDesired();
    }
    Domain last = term.observed().lastStatus(record);
    boolean leftAlone =
        last != null && Restarts.hasEnded(last.getState())
            ? !Restarts.isRestarted(record.getSpec().getRestartPolicy(), last)
            : !record.getLeaving()
                && record.getSpec().getRestartPolicy() == RestartPolicy.RESTART_POLICY_NEVER;
    return leftAlone ? DesiredState.DESIRED_STATE_STOPPED : record.getDesired();
  }

  /**
   * Lets domains leave a host that is drained: a few at a time, those that have somewhere to go
   * beside those that are on their way. One that found its room taken keeps no other from leaving.
   */
  void drain(String host) {
    if (!term.ledger().isDrained(host) || !term.observed().leases.containsKey(host)) {
      return;
    }
    List<DomainRecord> domains =
        term.ledger().domainsOn(host).stream().sorted(MOST_PRECIOUS_FIRST).toList();
    List<DomainRecord> reserved = new ArrayList<>();
    domains.stream()
        .filter(record -> isOnItsWay(record) && hasElsewhere(record))
        .forEach(reserved::add);
    long room =
        term.settings().recovery().drainParallelism()
            - domains.stream().filter(this::isOnItsWay).count();
    for (DomainRecord record : domains) {
      if (room > 0 && Term.mayLeave(record) && hasElsewhere(record)) {
        room--;
        reserved.add(record);
        term.leave(record, "leaves host %s".formatted(host), record.getOperation());
      }
    }
    reserved.forEach(this::putBack);
    if (!domains.isEmpty()) {
      retrySoon();
    }
  }

  private boolean isOnItsWay(DomainRecord record) {
    return record.getLeaving() && !unplaced.contains(record.getSpec().getUuid());
  }

  /** Whether a domain has room on another host; if so it is counted there until it is put back. */
  private boolean hasElsewhere(DomainRecord record) {
    return term.placements()
        .reserveElsewhere(Placements.demand(record.getSpec()), record.getHost())
        .isPresent();
  }

  private void putBack(DomainRecord record) {
    term.placements().putBack(Placements.demand(record.getSpec()), record.getHost());
  }

  /** Tries again what had no room, and what drains left, in a moment. */
  void retrySoon() {
    if (retrying) {
      return;
    }
    retrying = true;
    term.loop()
        .after(
            RETRY_NS,
            () -> {
              retrying = false;
              List.copyOf(lost.keySet()).forEach(this::giveUp);
              unplaced.removeIf(uuid -> term.ledger().domain(uuid) == null);
              unplaced.stream()
                  .map(term.ledger()::domain)
                  .filter(Objects::nonNull)
                  .sorted(MOST_PRECIOUS_FIRST)
                  .toList()
                  .forEach(this::look);
              term.ledger().drained().forEach(this::drain);
            });
  }
}
