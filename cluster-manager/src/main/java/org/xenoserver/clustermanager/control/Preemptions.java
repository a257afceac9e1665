package org.xenoserver.clustermanager.control;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Eviction;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;

/**
 * Lets domains leave a host for one of higher priority that is being created and fits nowhere. They
 * are not lost: each is placed again as soon as there is room.
 */
final class Preemptions {
  private final Term term;
  private final Set<Leaving> waiting = new LinkedHashSet<>();

  /** Domains on their way out, with the epoch that ends. */
  private static final class Leaving {
    final Eviction eviction;
    final Map<String, Long> epochs = new HashMap<>();
    final Consumer<@Nullable RpcFailure> done;

    Leaving(Eviction eviction, Consumer<@Nullable RpcFailure> done) {
      this.eviction = eviction;
      this.done = done;
    }
  }

  Preemptions(Term term) {
    this.term = term;
  }

  /** What would have to leave for a domain that no host can take; empty if nothing may or helps. */
  Optional<Eviction> find(Demand demand) {
    return term.placements()
        .preempt(demand)
        .filter(eviction ->
            // Those still being created are not there to be told.
            eviction.victims().stream().allMatch(term.ledger()::isNameTaken));
  }

  /**
   * Tells the domains' host to destroy them.
   *
   * @param operation the id of the operation this is done for
   * @param done told once, with null when all of them are gone from the host
   */
  void evict(
      Eviction eviction, Demand demand, String operation, Consumer<@Nullable RpcFailure> done) {
    Leaving leaving = new Leaving(eviction, done);
    for (String victim : eviction.victims()) {
      DomainRecord record = term.ledger().find(victim);
      if (record != null && record.getHost().equals(eviction.host())) {
        leaving.epochs.put(record.getSpec().getUuid(), record.getEpoch());
        if (Term.mayLeave(record)) {
          term.leave(
              record,
              "leaves host %s, preempted by domain '%s' of priority %d"
                  .formatted(record.getHost(), demand.domain(), demand.priority()),
              operation);
        }
      }
    }
    waiting.add(leaving);
    term.loop()
        .after(
            term.settings().recovery().followPatience().toNanos(),
            () -> end(leaving, tooLate(eviction)));
    look();
  }

  /** Looks whether domains are gone, after hosts told something. */
  void look() {
    for (Leaving leaving : new ArrayList<>(waiting)) {
      String host = leaving.eviction.host();
      if (!term.observed().leases.containsKey(host)) {
        end(leaving, RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is lost".formatted(host)));
      } else if (leaving.epochs.entrySet().stream()
          .allMatch(victim -> isGone(host, victim.getKey(), victim.getValue()))) {
        end(leaving, null);
      }
    }
  }

  private boolean isGone(String host, String uuid, long epoch) {
    DomainRecord record = term.ledger().domain(uuid);
    if (record == null || !record.getHost().equals(host) || record.getEpoch() != epoch) {
      return true;
    }
    Domain status = term.observed().status(record);
    return status != null && status.getState() == DomainState.DOMAIN_STATE_DESTROYED;
  }

  private void end(Leaving leaving, @Nullable RpcFailure failure) {
    if (waiting.remove(leaving)) {
      leaving.done.accept(failure);
    }
  }

  private RpcFailure tooLate(Eviction eviction) {
    return RpcFailure.of(
        ErrorCode.UNAVAILABLE,
        "%s did not leave host %s within %d s"
            .formatted(
                names(eviction.victims()),
                eviction.host(),
                term.settings().recovery().followPatience().toSeconds()));
  }

  /** For people: {@code 'a', 'b'}. */
  static String names(List<String> domains) {
    return "'" + String.join("', '", domains) + "'";
  }
}
