package org.xenoserver.clustermanager.control;

import java.util.function.IntConsumer;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Event;

/**
 * What one term of this leader works on.
 *
 * @param ledger what is wanted, as it will be
 * @param observed what hosts tell, as far as it has arrived
 * @param placements which host has room
 * @param quotas what projects take
 * @param proofs reads hosts' proofs of their leases
 */
record Term(
    EventLoop loop,
    ControlSettings settings,
    Ledger ledger,
    Observed observed,
    Placements placements,
    Quotas quotas,
    Proofs proofs) {

  /** Reads proofs from the store. */
  @FunctionalInterface
  interface Proofs {
    /** Tells the version of a host's proof, on the loop, once; -1 if there is none. */
    void read(String host, IntConsumer version);
  }

  /** Whether a domain can be told to leave its host. */
  static boolean mayLeave(DomainRecord record) {
    return !record.getLeaving() && record.getDesired() != DesiredState.DESIRED_STATE_DESTROYED;
  }

  /**
   * Tells a domain's host to destroy it, so that it can be placed elsewhere.
   *
   * @param operation the id of the operation this is done for; empty for none
   */
  void leave(DomainRecord record, String why, String operation) {
    DomainRecord told = record.toBuilder().setLeaving(true).build();
    ledger().put(told);
    ledger().event(event(Event.Kind.KIND_DOMAIN_STEERED, told, why).setOperation(operation));
    ledger().endTransaction();
  }

  /** An event about a domain. */
  static Event.Builder event(Event.Kind kind, DomainRecord record, String text) {
    return Event.newBuilder()
        .setKind(kind)
        .setTarget(record.getSpec().getName())
        .setDomainUuid(record.getSpec().getUuid())
        .setHost(record.getHost())
        .setEpoch(record.getEpoch())
        .setOperation(record.getOperation())
        .setText(text);
  }
}
