package org.xenoserver.clustermanager.control;

import com.google.protobuf.ByteString;
import java.util.function.Consumer;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;

/**
 * A command on its way.
 *
 * @param id the request id
 * @param caller who asks
 * @param done takes the answer, once
 */
record Asked(
    String id, String caller, Command command, ByteString fingerprint, Consumer<Answer> done) {

  /** The operation it becomes. */
  Operation.Builder operation(Ledger ledger, String target, OperationState state) {
    Operation.Builder operation =
        Operation.newBuilder()
            .setId(id)
            .setVerb(command.verb())
            .setTarget(target)
            .setRequestedBy(caller)
            .setCreateTime(ledger.now())
            .setState(state)
            .setFingerprint(fingerprint);
    if (state == OperationState.OPERATION_STATE_DONE) {
      operation.setEndTime(ledger.now());
    }
    return operation;
  }

  /**
   * Stores that it was refused, so that it is refused whenever it comes again, and answers then.
   * What is malformed is refused again anyhow.
   */
  void refuse(Ledger ledger, RpcFailure failure) {
    Answer answer = new Answer.Refused(failure);
    if (failure.code() != ErrorCode.INVALID) {
      String sentence = String.valueOf(failure.getMessage());
      ledger.event(
          Event.newBuilder()
              .setKind(Event.Kind.KIND_OPERATION_ENDED)
              .setTarget(command.target())
              .setOperation(id)
              .setText("%s was refused: %s".formatted(command.verb(), sentence)));
      ledger.operation(
          operation(ledger, command.target(), OperationState.OPERATION_STATE_FAILED)
              .setEndTime(ledger.now())
              .setReason(sentence)
              .setRefusal(failure.code().name())
              .build());
    }
    ledger.whenCommitted(() -> done.accept(answer));
    ledger.endTransaction();
  }

  /** The answer to the same request when it comes again. */
  static Answer again(Operation operation) {
    return operation.getRefusal().isEmpty()
        ? new Answer.Accepted(operation)
        : new Answer.Refused(
            RpcFailure.of(ErrorCode.valueOf(operation.getRefusal()), operation.getReason()));
  }

  /** Stores an operation with what was put before, and answers once that is committed. */
  void accept(Ledger ledger, Operation operation) {
    accept(ledger, new Answer.Accepted(operation));
  }

  /** The same, with more to tell than the operation. */
  void accept(Ledger ledger, Answer.Accepted answer) {
    ledger.operation(answer.operation());
    ledger.whenCommitted(() -> done.accept(answer));
    ledger.endTransaction();
  }
}
