package org.xenoserver.clustermanager.control;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.domains.Request;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;

/**
 * Changes what is wanted of domains, and sees operations to their end: once the host has followed,
 * refused, or not followed in time. A refused wish is taken back.
 */
final class Steering {
  private final Term term;

  /** What a domain's host gave as a reason when the operation began: it is not about that. */
  private final Map<String, String> reasonsBefore = new HashMap<>();

  Steering(Term term) {
    this.term = term;
  }

  /**
   * Stores a wish.
   *
   * @throws RpcFailure if the domain's state does not allow it
   */
  void steer(Asked asked, Request request, String nameOrUuid) {
    DomainRecord record = find(nameOrUuid);
    refuseUnless(request, record);
    boolean again =
        request == Request.START
            && term.observed().shown(record) != DomainState.DOMAIN_STATE_DEFINED;
    DomainRecord.Builder wanted = record.toBuilder().setDesired(request.desired());
    if (again) {
      // A domain that ended starts again as a new placement on its host: under a new epoch.
      wanted.setEpoch(record.getEpoch() + 1).setRestarts(0);
    }
    accept(asked, record, wanted);
  }

  /** Stores that a domain is to be destroyed. */
  void destroy(Asked asked, String nameOrUuid) {
    DomainRecord record = find(nameOrUuid);
    accept(
        asked,
        record,
        record.toBuilder().setDesired(DesiredState.DESIRED_STATE_DESTROYED).setLeaving(false));
  }

  private void accept(Asked asked, DomainRecord before, DomainRecord.Builder wanted) {
    Ledger ledger = term.ledger();
    supersede(before, asked.id());
    DomainRecord record =
        wanted.setOperation(asked.id()).setDesiredBefore(before.getDesired()).build();
    String uuid = record.getSpec().getUuid();
    Domain status = term.observed().status(before);
    reasonsBefore.put(uuid, status == null ? "" : status.getReason());
    ledger.put(record);
    ledger.event(
        Term.event(
            Event.Kind.KIND_DOMAIN_STEERED,
            record,
            "%s was asked for".formatted(asked.command().verb())));
    Operation operation =
        asked
            .operation(ledger, record.getSpec().getName(), OperationState.OPERATION_STATE_RUNNING)
            .setDomainUuid(uuid)
            .setDomain(
                Domain.newBuilder()
                    .setSpec(record.getSpec())
                    .setHost(record.getHost())
                    .setEpoch(record.getEpoch())
                    .setCreateTime(record.getCreateTime()))
            .build();
    asked.accept(ledger, operation);
    await(operation.getId(), uuid);
  }

  private DomainRecord find(String nameOrUuid) {
    DomainRecord record = term.ledger().find(nameOrUuid);
    if (record == null) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no domain '%s'".formatted(nameOrUuid));
    }
    return record;
  }

  private void refuseUnless(Request request, DomainRecord record) {
    String name = record.getSpec().getName();
    if (record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, "domain '%s' is being destroyed".formatted(name));
    }
    if (record.getLeaving()) {
      throw RpcFailure.of(
          ErrorCode.WRONG_STATE,
          "domain '%s' is leaving host %s; ask again when it has"
              .formatted(name, record.getHost()));
    }
    DomainState state = term.observed().shown(record);
    if (state == DomainState.DOMAIN_STATE_LOST) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE,
          "domain '%s' is LOST: host %s holds no lease".formatted(name, record.getHost()));
    }
    if (!request.allowedIn(state)) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, request.refusal(name, state));
    }
  }

  /** An operation ends as failed when another on the same domain begins. */
  private void supersede(DomainRecord record, String by) {
    Operation old = term.ledger().history().operation(record.getOperation());
    if (old != null && old.getState() == OperationState.OPERATION_STATE_RUNNING) {
      end(
          record,
          old,
          OperationState.OPERATION_STATE_FAILED,
          "operation %s came after it".formatted(by));
    }
  }

  /** Takes an operation up that an earlier leader accepted. */
  void resume(Operation operation) {
    DomainRecord record = term.ledger().domain(operation.getDomainUuid());
    if (record == null || !record.getOperation().equals(operation.getId())) {
      Ledger ledger = term.ledger();
      ledger.event(
          Event.newBuilder()
              .setKind(Event.Kind.KIND_OPERATION_ENDED)
              .setTarget(operation.getTarget())
              .setOperation(operation.getId())
              .setText("nothing is left to do"));
      ledger.operation(
          operation.toBuilder()
              .setState(OperationState.OPERATION_STATE_DONE)
              .setEndTime(ledger.now())
              .build());
      ledger.endTransaction();
      return;
    }
    await(operation.getId(), operation.getDomainUuid());
    look(record);
  }

  private void await(String id, String uuid) {
    term.loop()
        .after(term.settings().recovery().followPatience().toNanos(), () -> tooLate(id, uuid));
  }

  private void tooLate(String id, String uuid) {
    DomainRecord record = term.ledger().domain(uuid);
    Operation operation = term.ledger().history().operation(id);
    if (record == null
        || operation == null
        || operation.getState() != OperationState.OPERATION_STATE_RUNNING
        || !record.getOperation().equals(id)) {
      return;
    }
    if (record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      // It is not taken back, and ends with the domain.
      await(id, uuid);
      return;
    }
    fail(
        record,
        operation,
        "its host %s did not follow within %d s"
            .formatted(record.getHost(), term.settings().recovery().followPatience().toSeconds()));
  }

  /** Looks whether a domain's host has followed. */
  void look(DomainRecord record) {
    if (record.getOperation().isEmpty()
        || record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED) {
      return;
    }
    Operation operation = term.ledger().history().operation(record.getOperation());
    Domain status = term.observed().status(record);
    if (operation == null || status == null) {
      return;
    }
    Request request = Request.of(operation.getVerb());
    DomainState state = status.getState();
    if (state != DomainState.DOMAIN_STATE_PENDING && request.followed(state)) {
      DomainRecord after = record.toBuilder().clearOperation().clearDesiredBefore().build();
      term.ledger().put(after);
      end(record, operation, OperationState.OPERATION_STATE_DONE, "");
      term.ledger().endTransaction();
    } else if (isRefused(record, status)) {
      fail(record, operation, status.getReason());
    }
  }

  /** The agent refuses by giving a reason and leaving the state. */
  private boolean isRefused(DomainRecord record, Domain status) {
    String before = reasonsBefore.getOrDefault(record.getSpec().getUuid(), "");
    return !status.getReason().isEmpty()
        && !status.getReason().equals(before)
        && switch (status.getState()) {
          case DOMAIN_STATE_DEFINED, DOMAIN_STATE_RUNNING, DOMAIN_STATE_PAUSED -> true;
          default -> false;
        };
  }

  private void fail(DomainRecord record, Operation operation, String why) {
    DomainRecord after =
        record.toBuilder()
            .setDesired(record.getDesiredBefore())
            .clearOperation()
            .clearDesiredBefore()
            .build();
    term.ledger().put(after);
    end(record, operation, OperationState.OPERATION_STATE_FAILED, why);
    term.ledger().endTransaction();
  }

  /** Ends an operation in the transaction that is being put together. */
  void end(DomainRecord record, Operation operation, OperationState state, String why) {
    Ledger ledger = term.ledger();
    reasonsBefore.remove(record.getSpec().getUuid());
    ledger.event(
        Term.event(
                Event.Kind.KIND_OPERATION_ENDED,
                record,
                why.isEmpty()
                    ? operation.getVerb() + " is done"
                    : operation.getVerb() + " failed: " + why)
            .setOperation(operation.getId()));
    ledger.operation(
        operation.toBuilder().setState(state).setReason(why).setEndTime(ledger.now()).build());
  }

  /** The operation of a domain that is still running; null if there is none. */
  @Nullable Operation running(DomainRecord record) {
    Operation operation = term.ledger().history().operation(record.getOperation());
    return operation != null && operation.getState() == OperationState.OPERATION_STATE_RUNNING
        ? operation
        : null;
  }
}
