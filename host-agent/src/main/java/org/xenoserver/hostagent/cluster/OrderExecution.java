package org.xenoserver.hostagent.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.RestartPolicy;

/**
 * Carries out one order at a time. An order is done once the domain was seen as desired; from then
 * on a domain that stops or crashes by itself stays so until there is a newer order. Owned by the
 * reconciler's thread.
 */
final class OrderExecution {
  private static final Logger log = LoggerFactory.getLogger(OrderExecution.class);

  private final String host;
  private final HostDomains domains;

  /** The number of the newest order done or failed for good, by domain. */
  private final Map<UUID, Long> done = new HashMap<>();

  private Map<UUID, StatusBoard.Earlier> earlier = new HashMap<>();

  private final boolean epochs;

  /**
   * Carries out orders on a host.
   *
   * @param epochs whether a domain of another epoch than its order's is made anew
   */
  OrderExecution(String host, HostDomains domains, boolean epochs) {
    this.host = host;
    this.domains = domains;
    this.epochs = epochs;
  }

  /** What came of an order. */
  sealed interface Outcome {
    /** Whether there is nothing left to try. */
    boolean complete();
  }

  /** The domain as the cluster is to see it. */
  record Told(Domain domain, boolean complete) implements Outcome {}

  /** What the cluster was told before still holds. */
  record Unchanged() implements Outcome {
    @Override
    public boolean complete() {
      return true;
    }
  }

  /** Takes note of what an earlier process of this host told; its domains ended with it. */
  void remember(Map<UUID, StatusBoard.Earlier> statuses) {
    earlier = new HashMap<>(statuses);
  }

  /** Forgets all but these. */
  void retain(Set<UUID> assigned) {
    done.keySet().retainAll(assigned);
    earlier.keySet().retainAll(assigned);
  }

  Outcome carryOut(Order order) {
    Optional<HostDomain> present = domains.find(order.uuid());
    if (present.isPresent() && present.get().owner() == HostDomain.Owner.CLIENT) {
      return failed(order, "its UUID is that of a domain made at the host's agent");
    }
    if (epochs && present.isPresent() && present.get().epoch() != order.record().getEpoch()) {
      domains.destroy(present.get());
      present = Optional.empty();
    }
    try {
      return switch (order.record().getDesired()) {
        case DESIRED_STATE_DEFINED -> defined(order, present);
        case DESIRED_STATE_RUNNING -> running(order, present);
        case DESIRED_STATE_PAUSED -> paused(order, present);
        case DESIRED_STATE_STOPPED -> stopped(order, present);
        case DESIRED_STATE_DESTROYED -> destroyed(order, present);
        case DESIRED_STATE_UNSPECIFIED, UNRECOGNIZED ->
            failed(order, "this agent does not know the state it is to be in");
      };
    } catch (RpcFailure e) {
      return refused(order, e);
    }
  }

  private Outcome defined(Order order, Optional<HostDomain> present) {
    if (present.isEmpty() && (isDone(order) || endedEarlier(order))) {
      return unchanged(order);
    }
    HostDomain domain = present.filter(d -> !(d.ended() && isNew(order))).orElse(null);
    if (domain == null) {
      present.ifPresent(domains::destroy);
      domain = domains.take(order.record());
    }
    return done(order, domain);
  }

  private Outcome running(Order order, Optional<HostDomain> present) {
    if (present.isEmpty() && (isDone(order) || endedEarlier(order))) {
      return unchanged(order);
    }
    if (present.isEmpty() && endedWithItsAgent(order)) {
      return failed(order, "it ended with its host's agent");
    }
    if (present.isPresent() && present.get().ended() && !isNew(order)) {
      return done(order, present.get());
    }
    HostDomain domain = ready(order, present);
    return switch (domain.state()) {
      case DEFINED -> {
        domains.start(domain);
        yield done(order, domain);
      }
      case PAUSED -> {
        domains.unpause(domain);
        yield done(order, domain);
      }
      case RUNNING -> done(order, domain);
      // Once it has powered itself off, it is started again.
      case SHUTTING_DOWN, STOPPED, CRASHED, DESTROYED -> told(domain);
    };
  }

  private Outcome paused(Order order, Optional<HostDomain> present) {
    if (present.isEmpty() && (isDone(order) || endedEarlier(order))) {
      return unchanged(order);
    }
    HostDomain domain = present.isPresent() ? present.get() : domains.take(order.record());
    return switch (domain.state()) {
      case DEFINED -> {
        domains.start(domain);
        domains.pause(domain);
        yield done(order, domain);
      }
      case RUNNING -> {
        domains.pause(domain);
        yield done(order, domain);
      }
      case PAUSED, SHUTTING_DOWN, STOPPED, CRASHED, DESTROYED -> done(order, domain);
    };
  }

  private Outcome stopped(Order order, Optional<HostDomain> present) {
    if (present.isEmpty()) {
      if (isDone(order) || endedEarlier(order)) {
        return unchanged(order);
      }
      done.put(order.uuid(), order.number());
      return new Told(
          view(order.record(), DomainState.DOMAIN_STATE_STOPPED, "it ended with its host's agent"),
          true);
    }
    HostDomain domain = present.get();
    return switch (domain.state()) {
      case PAUSED -> {
        domains.unpause(domain);
        domains.shutdown(domain);
        yield done(order, domain);
      }
      case RUNNING -> {
        domains.shutdown(domain);
        yield done(order, domain);
      }
      case DEFINED, SHUTTING_DOWN, STOPPED, CRASHED, DESTROYED -> done(order, domain);
    };
  }

  private Outcome destroyed(Order order, Optional<HostDomain> present) {
    present.ifPresent(domains::destroy);
    done.put(order.uuid(), order.number());
    return new Told(view(order.record(), DomainState.DOMAIN_STATE_DESTROYED, ""), true);
  }

  /** The domain that is to run: a new one in place of one that has ended. */
  private HostDomain ready(Order order, Optional<HostDomain> present) {
    if (present.isPresent() && !present.get().ended()) {
      return present.get();
    }
    present.ifPresent(domains::destroy);
    return domains.take(order.record());
  }

  private boolean isDone(Order order) {
    return done.getOrDefault(order.uuid(), -1L) >= order.number();
  }

  private boolean isNew(Order order) {
    return !isDone(order);
  }

  /** What an earlier process told is told again in this one's name. */
  private Outcome unchanged(Order order) {
    StatusBoard.@Nullable Earlier status = earlier.get(order.uuid());
    return status == null || !endedEarlier(order)
        ? new Unchanged()
        : new Told(status.domain(), true);
  }

  /** Whether it ran in an earlier process and is not to be started again by itself. */
  private boolean endedWithItsAgent(Order order) {
    StatusBoard.@Nullable Earlier status = earlier.get(order.uuid());
    return status != null
        && order.record().getSpec().getRestartPolicy() == RestartPolicy.RESTART_POLICY_NEVER
        && status.number() >= order.number()
        && status.domain().getEpoch() == order.record().getEpoch()
        && status.domain().getState() == DomainState.DOMAIN_STATE_RUNNING;
  }

  /** Whether an earlier process already carried this order out and the domain ended since. */
  private boolean endedEarlier(Order order) {
    StatusBoard.@Nullable Earlier status = earlier.get(order.uuid());
    if (status == null
        || status.number() < order.number()
        || status.domain().getEpoch() != order.record().getEpoch()) {
      return false;
    }
    DomainState state = status.domain().getState();
    return state == DomainState.DOMAIN_STATE_STOPPED || state == DomainState.DOMAIN_STATE_CRASHED;
  }

  private Outcome done(Order order, HostDomain domain) {
    done.put(order.uuid(), order.number());
    return told(domain);
  }

  private static Outcome told(HostDomain domain) {
    return new Told(domain.view(), true);
  }

  private Outcome refused(Order order, RpcFailure e) {
    String sentence = String.valueOf(e.getMessage());
    if (e.code() == ErrorCode.EXHAUSTED) {
      return new Told(
          view(order.record(), DomainState.DOMAIN_STATE_PENDING, sentence), /* complete= */ false);
    }
    if (e.code() == ErrorCode.WRONG_STATE) {
      // It changed since it was looked at, or its guest does not listen yet: look again later.
      Domain now =
          domains
              .find(order.uuid())
              .map(domain -> domain.view().toBuilder().setReason(sentence).build())
              .orElse(view(order.record(), DomainState.DOMAIN_STATE_PENDING, sentence));
      return new Told(now, /* complete= */ false);
    }
    return failed(order, sentence);
  }

  /** Gives up until there is a newer order. */
  private Outcome failed(Order order, String sentence) {
    done.put(order.uuid(), order.number());
    log.warn("domain {} crashed: {}", order.record().getSpec().getName(), sentence);
    domains
        .find(order.uuid())
        .filter(domain -> domain.owner() == HostDomain.Owner.CLUSTER)
        .filter(domain -> !domain.ended())
        .ifPresent(domains::destroy);
    return new Told(view(order.record(), DomainState.DOMAIN_STATE_CRASHED, sentence), true);
  }

  private Domain view(DomainRecord record, DomainState state, String reason) {
    return Domain.newBuilder()
        .setSpec(record.getSpec())
        .setState(state)
        .setHost(host)
        .setReason(reason)
        .setCreateTime(record.getCreateTime())
        .setEpoch(record.getEpoch())
        .build();
  }
}
