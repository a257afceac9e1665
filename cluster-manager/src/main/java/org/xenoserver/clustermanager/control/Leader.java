package org.xenoserver.clustermanager.control;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.xenoserver.clustermanager.agents.AgentChecks;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.Operation;

/** This manager as the leader, for one term: takes commands, and follows what hosts tell. */
final class Leader {
  private final Term term;
  private final Creations creations;
  private final Steering steering;
  private final Recovery recovery;
  private final Restarts restarts;
  private final Administration administration;
  private final Set<Consumer<Answer>> unanswered = new LinkedHashSet<>();
  private boolean ended;

  Leader(Term term, AgentChecks checks, Supplier<UUID> uuids) {
    this.term = term;
    this.creations = new Creations(term, checks, uuids, this::take);
    this.steering = new Steering(term);
    this.recovery = new Recovery(term, steering);
    this.restarts = new Restarts(term);
    this.administration = new Administration(term);
  }

  static RpcFailure reused(String id) {
    return RpcFailure.invalid(
        "request_id",
        "request_id is '%s', which was used for another request; it must be new".formatted(id));
  }

  /** Takes up what earlier leaders left, once the ledger is loaded. */
  void begin() {
    Set<String> hosts = new HashSet<>(term.observed().registrations.keySet());
    hosts.addAll(term.observed().leases.keySet());
    for (DomainRecord record : term.ledger().domains()) {
      hosts.add(record.getHost());
    }
    hosts.forEach(this::refresh);
    for (DomainRecord record : term.ledger().domains()) {
      term.placements().place(Placements.demand(record.getSpec()), record.getHost());
      term.quotas().count(record.getSpec());
    }
    hosts.stream().sorted().forEach(this::lease);
    for (Operation operation : term.ledger().history().running()) {
      steering.resume(operation);
    }
    for (DomainRecord record : term.ledger().domains()) {
      look(record);
    }
    recovery.retrySoon();
  }

  /** A host registered, or its maintenance changed. */
  void refresh(String host) {
    term.placements()
        .putHost(
            host,
            term.observed().host(host),
            term.observed().leases.containsKey(host),
            term.ledger().isDrained(host));
  }

  /** A host's lease came, changed or went. */
  void lease(String host) {
    refresh(host);
    if (term.observed().leases.containsKey(host)) {
      recovery.up(host);
      term.ledger().domainsOn(host).forEach(this::look);
    } else {
      recovery.down(host);
    }
    creations.look();
  }

  /** A host told something about a domain. */
  void status(String host, String uuid) {
    DomainRecord record = term.ledger().domain(uuid);
    if (record != null && record.getHost().equals(host)) {
      look(record);
      creations.look();
    }
  }

  private void look(DomainRecord record) {
    String uuid = record.getSpec().getUuid();
    steering.look(record);
    DomainRecord after = term.ledger().domain(uuid);
    if (after != null) {
      restarts.look(after);
      recovery.look(after);
    }
    if (term.ledger().domain(uuid) == null) {
      restarts.forget(uuid);
    }
  }

  /** Carries a command out, or refuses it. */
  void submit(String id, String caller, Command command, Consumer<Answer> answer) {
    Consumer<Answer> once =
        new Consumer<>() {
          @Override
          public void accept(Answer given) {
            if (unanswered.remove(this)) {
              answer.accept(given);
            }
          }
        };
    unanswered.add(once);
    take(new Asked(id, caller, command, command.fingerprint(), once));
  }

  private void take(Asked asked) {
    try {
      if (!isKnown(asked)) {
        carryOut(asked);
      }
    } catch (RpcFailure refusal) {
      asked.refuse(term.ledger(), refusal);
    }
  }

  private boolean isKnown(Asked asked) {
    if (!term.settings().idempotency()) {
      return false;
    }
    Operation known = term.ledger().history().operation(asked.id());
    if (known == null) {
      return creations.join(asked);
    }
    if (!known.getFingerprint().equals(asked.fingerprint())) {
      throw reused(asked.id());
    }
    // It may be on its way to the store still.
    term.ledger().whenCommitted(() -> asked.done().accept(Asked.again(known)));
    return true;
  }

  private void carryOut(Asked asked) {
    switch (asked.command()) {
      case Command.Create create -> creations.create(asked, create.request());
      case Command.Steer steer -> steering.steer(asked, steer.asked(), steer.request().getDomain());
      case Command.Destroy destroy -> {
        String domain = destroy.request().getDomain();
        DomainRecord record = term.ledger().find(domain);
        steering.destroy(asked, domain);
        if (record != null) {
          recovery.retrySoon();
        }
      }
      case Command.Drain drain -> {
        String host = drain.request().getHost();
        administration.drain(asked, host, insight()::drain);
        refresh(host);
        recovery.drain(host);
      }
      case Command.Uncordon uncordon -> {
        administration.uncordon(asked, uncordon.request().getHost());
        refresh(uncordon.request().getHost());
        recovery.retrySoon();
      }
      case Command.PutProject put ->
          administration.putProject(asked, put.request().getProject(), put.create());
      case Command.DeleteProject delete ->
          administration.deleteProject(asked, delete.request().getProject());
    }
  }

  /** Answers questions about placement. */
  Insight insight() {
    return new Insight(term);
  }

  /** Ends the term; what was not answered is to be asked again. */
  void end(String why) {
    if (!ended) {
      ended = true;
      creations.end();
      term.ledger().end();
      Answer answer = new Answer.NotNow(why);
      List.copyOf(unanswered).forEach(done -> done.accept(answer));
    }
  }
}
