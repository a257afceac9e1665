package org.xenoserver.clustermanager.control;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.agents.AgentChecks;
import org.xenoserver.clustermanager.domains.SpecRules;
import org.xenoserver.clustermanager.placement.Demand;
import org.xenoserver.clustermanager.placement.Eviction;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.OperationState;

/**
 * Creates domains: checks the form, chooses a host, asks its agent, stores. Name, room and quota
 * are taken at the beginning and given back if nothing comes of it.
 */
final class Creations {
  private static final Set<ErrorCode> ANOTHER_HOST_MAY_TAKE_IT =
      EnumSet.of(ErrorCode.NOT_FOUND, ErrorCode.EXHAUSTED, ErrorCode.UNAVAILABLE);

  private final Term term;
  private final AgentChecks checks;
  private final Supplier<UUID> uuids;
  private final Consumer<Asked> resubmit;
  private final Preemptions preemptions;
  private final Map<String, Creation> byId = new HashMap<>();
  private final Map<String, Creation> byName = new HashMap<>();
  private final Map<String, Creation> byUuid = new HashMap<>();
  private boolean ended;

  /** One that waits for an agent. */
  private static final class Creation {
    final Asked asked;
    final CreateDomainRequest request;
    final DomainSpec spec;
    final Demand demand;
    final Optional<String> only;
    final Set<String> refusing = new HashSet<>();
    final List<Asked> again = new ArrayList<>();

    /** What wants the same name or UUID: whether that is taken is not known before this ends. */
    final List<Asked> behind = new ArrayList<>();

    @Nullable RpcFailure first;

    /** What had to leave for it: once only. */
    @Nullable Eviction eviction;

    Creation(
        Asked asked,
        CreateDomainRequest request,
        DomainSpec spec,
        Demand demand,
        Optional<String> only) {
      this.asked = asked;
      this.request = request;
      this.spec = spec;
      this.demand = demand;
      this.only = only;
    }
  }

  /**
   * None under way.
   *
   * @param resubmit takes what had to wait for another creation as if it came only now
   */
  Creations(Term term, AgentChecks checks, Supplier<UUID> uuids, Consumer<Asked> resubmit) {
    this.term = term;
    this.checks = checks;
    this.uuids = uuids;
    this.resubmit = resubmit;
    this.preemptions = new Preemptions(term);
  }

  /** Whether a request of this id is under way; it is answered like the first. */
  boolean join(Asked asked) {
    Creation creation = byId.get(asked.id());
    if (creation == null) {
      return false;
    }
    if (!creation.asked.fingerprint().equals(asked.fingerprint())) {
      throw Leader.reused(asked.id());
    }
    creation.again.add(asked);
    return true;
  }

  /**
   * Begins.
   *
   * @throws RpcFailure if it is refused at once
   */
  void create(Asked asked, CreateDomainRequest request) {
    DomainSpec spec = SpecRules.check(request.getSpec(), uuids);
    Demand demand = Placements.demand(spec);
    refuseIfTaken(spec);
    Creation before = byName.getOrDefault(spec.getName(), byUuid.get(spec.getUuid()));
    if (before != null) {
      before.behind.add(asked);
      return;
    }
    Optional<String> only = onlyHost(request.getHost());
    term.quotas().promise(spec);
    Creation creation = new Creation(asked, request, spec, demand, only);
    byName.put(spec.getName(), creation);
    byUuid.put(spec.getUuid(), creation);
    byId.put(asked.id(), creation);
    place(creation);
  }

  private void refuseIfTaken(DomainSpec spec) {
    if (term.ledger().isNameTaken(spec.getName())) {
      throw RpcFailure.of(
          ErrorCode.ALREADY_EXISTS, "the domain name '%s' is taken".formatted(spec.getName()));
    }
    if (term.ledger().domain(spec.getUuid()) != null) {
      throw RpcFailure.of(
          ErrorCode.ALREADY_EXISTS, "the domain UUID %s is taken".formatted(spec.getUuid()));
    }
  }

  private Optional<String> onlyHost(String host) {
    if (host.isEmpty()) {
      return Optional.empty();
    }
    if (term.observed().host(host) == null) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no host '%s'".formatted(host));
    }
    if (!term.observed().leases.containsKey(host)) {
      throw RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is lost".formatted(host));
    }
    return Optional.of(host);
  }

  private void place(Creation creation) {
    Demand demand = Placements.demand(creation.demand, creation.only, creation.refusing);
    Optional<String> host = term.placements().decideWithReserve(demand);
    if (host.isPresent()) {
      term.placements().place(creation.demand, host.get());
      check(creation, host.get(), refusal -> checked(creation, host.get(), refusal));
      return;
    }
    Optional<Eviction> eviction =
        creation.eviction == null ? preemptions.find(demand) : Optional.empty();
    if (eviction.isEmpty()) {
      fail(creation, creation.first == null ? noHost(creation, demand) : creation.first);
      return;
    }
    term.placements().place(creation.demand, eviction.get().host());
    check(creation, eviction.get().host(), refusal -> preempt(creation, eviction.get(), refusal));
  }

  private void check(Creation creation, String host, Consumer<@Nullable RpcFailure> then) {
    Host description = term.observed().leases.get(host);
    if (description == null) {
      refused(creation, host, gone(host));
      return;
    }
    checks.check(
        description,
        creation.spec,
        refusal -> {
          if (!ended) {
            then.accept(refusal);
          }
        });
  }

  /** Makes room on a host that refuses for want of room at most, and asks it again then. */
  private void preempt(Creation creation, Eviction eviction, @Nullable RpcFailure refusal) {
    String host = eviction.host();
    if (refusal != null && refusal.code() != ErrorCode.EXHAUSTED) {
      refused(creation, host, refusal);
      return;
    }
    creation.eviction = eviction;
    preemptions.evict(
        eviction,
        creation.demand,
        creation.asked.id(),
        failure -> {
          if (ended) {
            return;
          }
          if (failure != null) {
            refused(creation, host, failure);
          } else {
            check(creation, host, again -> checked(creation, host, again));
          }
        });
  }

  /** Goes on with what waited for domains to leave, after hosts told something. */
  void look() {
    preemptions.look();
  }

  private RpcFailure noHost(Creation creation, Demand demand) {
    return term.placements().anyUp()
        ? RpcFailure.of(ErrorCode.EXHAUSTED, term.placements().refusal(demand))
        : RpcFailure.of(
            ErrorCode.UNAVAILABLE,
            "no host is up to take domain '%s'".formatted(creation.spec.getName()));
  }

  private static RpcFailure gone(String host) {
    return RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is lost".formatted(host));
  }

  private void checked(Creation creation, String host, @Nullable RpcFailure refusal) {
    if (refusal != null) {
      refused(creation, host, refusal);
    } else if (!term.observed().leases.containsKey(host)) {
      refused(creation, host, gone(host));
    } else if (term.ledger().isDrained(host)) {
      refused(
          creation,
          host,
          RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is being drained".formatted(host)));
    } else {
      store(creation, host);
    }
  }

  private void refused(Creation creation, String host, RpcFailure refusal) {
    term.placements().remove(creation.spec.getName());
    if (!ANOTHER_HOST_MAY_TAKE_IT.contains(refusal.code())) {
      fail(creation, refusal);
      return;
    }
    if (creation.first == null) {
      creation.first = refusal;
    }
    creation.refusing.add(host);
    place(creation);
  }

  private void fail(Creation creation, RpcFailure failure) {
    forget(creation);
    creation.asked.refuse(term.ledger(), failure);
    Answer answer = new Answer.Refused(failure);
    creation.again.forEach(asked -> term.ledger().whenCommitted(() -> asked.done().accept(answer)));
    creation.behind.forEach(resubmit);
  }

  private void forget(Creation creation) {
    byId.remove(creation.asked.id());
    byName.remove(creation.spec.getName());
    byUuid.remove(creation.spec.getUuid());
    term.quotas().unpromise(creation.spec);
  }

  private void store(Creation creation, String host) {
    forget(creation);
    Ledger ledger = term.ledger();
    boolean start = creation.request.getStart();
    DomainRecord record =
        DomainRecord.newBuilder()
            .setSpec(creation.spec)
            .setDesired(
                start ? DesiredState.DESIRED_STATE_RUNNING : DesiredState.DESIRED_STATE_DEFINED)
            .setHost(host)
            .setEpoch(1)
            .setCreateTime(ledger.now())
            .build();
    ledger.put(record);
    List<String> preempted = preempted(creation, host);
    term.quotas().count(creation.spec);
    term.quotas().store(creation.spec);
    ledger.event(
        Term.event(
                Event.Kind.KIND_DOMAIN_CREATED,
                record,
                "created on host %s%s"
                    .formatted(
                        host,
                        preempted.isEmpty()
                            ? ""
                            : ", which %s had to leave".formatted(Preemptions.names(preempted))))
            .setOperation(creation.asked.id()));
    creation.again.forEach(asked -> ledger.whenCommitted(() -> answer(asked)));
    creation.asked.accept(
        ledger,
        creation
            .asked
            .operation(ledger, creation.spec.getName(), OperationState.OPERATION_STATE_DONE)
            .setDomainUuid(creation.spec.getUuid())
            .addAllPreempted(preempted)
            .setDomain(
                Domain.newBuilder()
                    .setSpec(creation.spec)
                    .setState(DomainState.DOMAIN_STATE_PENDING)
                    .setHost(host)
                    .setEpoch(1)
                    .setCreateTime(record.getCreateTime()))
            .build());
    creation.behind.forEach(resubmit);
  }

  private static List<String> preempted(Creation creation, String host) {
    Eviction eviction = creation.eviction;
    return eviction == null || !eviction.host().equals(host) ? List.of() : eviction.victims();
  }

  private void answer(Asked asked) {
    var operation = term.ledger().history().operation(asked.id());
    if (operation != null) {
      asked.done().accept(new Answer.Accepted(operation));
    }
  }

  /** Nothing more comes of what is under way. */
  void end() {
    ended = true;
  }
}
