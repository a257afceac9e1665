package org.xenoserver.clustermanager.control;

import com.google.protobuf.ByteString;
import java.util.function.Consumer;
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

  /** Stores an operation with what was put before, and answers once that is committed. */
  void accept(Ledger ledger, Operation operation) {
    ledger.operation(operation);
    ledger.whenCommitted(() -> done.accept(new Answer.Accepted(operation)));
    ledger.endTransaction();
  }
}
