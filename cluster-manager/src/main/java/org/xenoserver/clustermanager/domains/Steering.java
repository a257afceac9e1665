package org.xenoserver.clustermanager.domains;

import java.time.Duration;
import java.util.Optional;
import org.xenoserver.clustermanager.store.DomainStore;
import org.xenoserver.clustermanager.store.StoredDomain;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.DomainEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;

/**
 * Changes what is wanted of a domain and waits up to ten seconds for its host to follow. A host
 * that needs longer follows later; the answer is then the domain as it is.
 */
public final class Steering {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(5);
  private static final int TRIES = 5;

  private final DomainStore store;
  private final ClusterView view;

  /** Steers through the store. */
  public Steering(DomainStore store, ClusterView view) {
    this.store = store;
    this.view = view;
  }

  /**
   * Carries out a request.
   *
   * @return the domain after its host followed, or as it is when the patience ends
   * @throws RpcFailure FAILED_PRECONDITION if its state does not allow it or its host refused;
   *     UNAVAILABLE if its host is lost
   */
  public Domain steer(Term term, String nameOrUuid, Request request) throws InterruptedException {
    DomainEntry before =
        change(
            term,
            nameOrUuid,
            entry -> {
              refuseUnless(request, entry);
              return wanted(entry.stored().record(), request, entry.state());
            });
    int version = before.stored().version();
    String oldReason = before.domain().getReason();
    Optional<DomainEntry> after =
        view.await(
            before.uuid(),
            now ->
                now.isEmpty()
                    || now.get().stored().version() > version
                        && (request.followed(now.get().state())
                            || refused(before, now.get())
                                && !now.get().domain().getReason().equals(oldReason)),
            PATIENCE);
    if (after.isEmpty()) {
      throw RpcFailure.of(
          ErrorCode.NOT_FOUND,
          "domain '%s' was destroyed meanwhile".formatted(before.stored().name()));
    }
    if (!request.followed(after.get().state()) && refused(before, after.get())) {
      takeBack(term, after.get().stored(), before.stored().record());
      throw RpcFailure.of(ErrorCode.WRONG_STATE, after.get().domain().getReason());
    }
    return after.get().domain();
  }

  /**
   * Has a domain destroyed and forgotten.
   *
   * @return the domain as DESTROYED, or as it is when the patience ends
   */
  public Domain destroy(Term term, String nameOrUuid) throws InterruptedException {
    DomainEntry before =
        change(
            term,
            nameOrUuid,
            entry ->
                entry.stored().record().toBuilder()
                    .setDesired(DesiredState.DESIRED_STATE_DESTROYED)
                    .build());
    return view.await(before.uuid(), Optional::isEmpty, PATIENCE)
        .map(DomainEntry::domain)
        .orElseGet(() ->
            before.domain().toBuilder()
                .setState(DomainState.DOMAIN_STATE_DESTROYED)
                .clearReason()
                .build());
  }

  private static void refuseUnless(Request request, DomainEntry entry) {
    String name = entry.stored().name();
    if (entry.stored().record().getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, "domain '%s' is being destroyed".formatted(name));
    }
    if (entry.state() == DomainState.DOMAIN_STATE_LOST) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE,
          "domain '%s' is LOST: %s".formatted(name, entry.domain().getReason()));
    }
    if (!request.allowedIn(entry.state())) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, request.refusal(name, entry.state()));
    }
  }

  /** A domain that ended starts again as a new placement on its host: under a new epoch. */
  private static DomainRecord wanted(DomainRecord record, Request request, DomainState state) {
    DomainRecord.Builder wanted = record.toBuilder().setDesired(request.desired());
    boolean again = request == Request.START && state != DomainState.DOMAIN_STATE_DEFINED;
    return again ? wanted.setEpoch(record.getEpoch() + 1).build() : wanted.build();
  }

  /** The agent refuses by giving a reason and leaving the state. */
  private static boolean refused(DomainEntry before, DomainEntry after) {
    return after.state() == before.state() && !after.domain().getReason().isEmpty();
  }

  private void takeBack(Term term, StoredDomain refused, DomainRecord before) {
    try {
      store.replace(
          term, refused, refused.record().toBuilder().setDesired(before.getDesired()).build());
    } catch (RpcFailure e) {
      // Whoever changed the domain meanwhile decided what is wanted of it.
      if (e.code() != ErrorCode.CONFLICT) {
        throw e;
      }
    }
  }

  /** Writes what a domain is to be; reads it again and decides again if others wrote meanwhile. */
  private DomainEntry change(Term term, String nameOrUuid, Decision decision)
      throws InterruptedException {
    for (int tries = 1; ; tries++) {
      DomainEntry entry =
          view.find(nameOrUuid)
              .orElseThrow(() ->
                  RpcFailure.of(
                      ErrorCode.NOT_FOUND, "there is no domain '%s'".formatted(nameOrUuid)));
      DomainRecord record = decision.wanted(entry);
      try {
        if (!record.equals(entry.stored().record())) {
          store.replace(term, entry.stored(), record);
        }
        return entry;
      } catch (RpcFailure e) {
        if (e.code() != ErrorCode.CONFLICT || tries == TRIES) {
          throw e;
        }
        int version = entry.stored().version();
        view.await(
            entry.uuid(),
            now -> now.isEmpty() || now.get().stored().version() > version,
            VIEW_PATIENCE);
      }
    }
  }

  @FunctionalInterface
  private interface Decision {
    DomainRecord wanted(DomainEntry entry);
  }
}
