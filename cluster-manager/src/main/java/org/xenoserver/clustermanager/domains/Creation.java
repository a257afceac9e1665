package org.xenoserver.clustermanager.domains;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.agents.HostAgents;
import org.xenoserver.clustermanager.placement.Placement;
import org.xenoserver.clustermanager.placement.PlacementPolicy;
import org.xenoserver.clustermanager.store.DomainStore;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.DomainEntry;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;

/**
 * Creates domains: checks the form, chooses a host, asks its agent, stores. Until the last step
 * nothing is written, and that step happens whole or not at all.
 */
public final class Creation {
  /** How long an answer waits for the host to take the domain up; PENDING is answered after it. */
  private static final Duration UPTAKE_PATIENCE = Duration.ofSeconds(2);

  /** How long the view may lag behind our own write. */
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(5);

  private static final Set<ErrorCode> ANOTHER_HOST_MAY_TAKE_IT =
      EnumSet.of(ErrorCode.NOT_FOUND, ErrorCode.EXHAUSTED, ErrorCode.UNAVAILABLE);

  private final DomainStore store;
  private final ClusterView view;
  private final HostAgents agents;
  private final Reservations reservations;
  private final InstantSource clock;
  private final Supplier<UUID> uuids;

  /**
   * Creates domains through the store.
   *
   * @param clock dates domains
   * @param uuids chooses the UUIDs of domains that come without one
   */
  public Creation(
      DomainStore store,
      ClusterView view,
      HostAgents agents,
      PlacementPolicy policy,
      InstantSource clock,
      Supplier<UUID> uuids) {
    this.store = store;
    this.view = view;
    this.agents = agents;
    this.reservations = new Reservations(view, policy);
    this.clock = clock;
    this.uuids = uuids;
  }

  /**
   * Creates a domain and waits up to two seconds for its host to take it up.
   *
   * @return the domain: DEFINED or, if it was to start, RUNNING or what became of it; PENDING if
   *     the host needs longer
   * @throws RpcFailure as {@code DomainService} documents; nothing is left behind
   */
  public Domain create(Term term, CreateDomainRequest request) throws InterruptedException {
    DomainSpec spec = SpecRules.check(request.getSpec(), uuids);
    refuseIfTaken(spec);
    Optional<String> only = onlyHost(request.getHost());
    Set<String> refusing = new HashSet<>();
    RpcFailure first = null;
    while (true) {
      String host =
          reserve(spec, name -> !refusing.contains(name) && only.orElse(name).equals(name), first);
      try {
        RpcFailure refusal = check(host, spec);
        if (refusal == null) {
          store(term, spec, host, request.getStart());
          return awaitUptake(spec, request.getStart());
        }
        first = first == null ? refusal : first;
        refusing.add(host);
      } finally {
        reservations.release(spec.getUuid());
      }
    }
  }

  private void refuseIfTaken(DomainSpec spec) {
    Optional<DomainEntry> named = view.find(spec.getName());
    if (named.isPresent() && named.get().stored().name().equals(spec.getName())) {
      throw RpcFailure.of(
          ErrorCode.ALREADY_EXISTS, "the domain name '%s' is taken".formatted(spec.getName()));
    }
    if (view.find(spec.getUuid()).isPresent()) {
      throw RpcFailure.of(
          ErrorCode.ALREADY_EXISTS, "the domain UUID %s is taken".formatted(spec.getUuid()));
    }
  }

  private Optional<String> onlyHost(String host) {
    if (host.isEmpty()) {
      return Optional.empty();
    }
    HostEntry entry =
        view.host(host)
            .orElseThrow(
                () -> RpcFailure.of(ErrorCode.NOT_FOUND, "there is no host '%s'".formatted(host)));
    if (!entry.up()) {
      throw RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is lost".formatted(host));
    }
    return Optional.of(host);
  }

  private String reserve(DomainSpec spec, Predicate<String> eligible, @Nullable RpcFailure first) {
    return switch (reservations.reserve(spec, eligible)) {
      case Placement.Chosen chosen -> chosen.host();
      case Placement.NoHost none ->
          throw first == null ? RpcFailure.of(ErrorCode.UNAVAILABLE, none.reason()) : first;
      case Placement.NoRoom none ->
          throw first == null ? RpcFailure.of(ErrorCode.EXHAUSTED, none.reason()) : first;
    };
  }

  /** The host's refusal if another host may take the domain; null if this one will. */
  private @Nullable RpcFailure check(String host, DomainSpec spec) {
    Optional<HostEntry> entry = view.host(host);
    if (entry.isEmpty()) {
      return RpcFailure.of(ErrorCode.UNAVAILABLE, "host %s is gone".formatted(host));
    }
    try {
      agents.check(entry.get().host(), spec);
      return null;
    } catch (RpcFailure refusal) {
      if (ANOTHER_HOST_MAY_TAKE_IT.contains(refusal.code())) {
        return refusal;
      }
      throw refusal;
    }
  }

  private void store(Term term, DomainSpec spec, String host, boolean start) {
    Instant now = clock.instant();
    store.insert(
        term,
        DomainRecord.newBuilder()
            .setSpec(spec)
            .setDesired(
                start ? DesiredState.DESIRED_STATE_RUNNING : DesiredState.DESIRED_STATE_DEFINED)
            .setHost(host)
            .setEpoch(1)
            .setCreateTime(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .build());
  }

  private Domain awaitUptake(DomainSpec spec, boolean start) throws InterruptedException {
    String uuid = spec.getUuid();
    Optional<DomainEntry> seen = view.await(uuid, Optional::isPresent, VIEW_PATIENCE);
    if (seen.isPresent()) {
      seen = view.await(uuid, entry -> settled(entry, start), UPTAKE_PATIENCE);
    }
    return seen.map(DomainEntry::domain)
        .orElseThrow(() ->
            RpcFailure.of(
                ErrorCode.CONFLICT,
                "domain '%s' was created and destroyed meanwhile".formatted(spec.getName())));
  }

  private static boolean settled(Optional<DomainEntry> entry, boolean start) {
    if (entry.isEmpty()) {
      return true;
    }
    DomainState state = entry.get().state();
    return state != DomainState.DOMAIN_STATE_PENDING
        && (!start || state != DomainState.DOMAIN_STATE_DEFINED);
  }
}
