package org.xenoserver.clustermanager.control;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.HostMaintenance;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRecord;

/** What is asked about hosts and projects. */
final class Administration {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");

  private final Term term;

  Administration(Term term) {
    this.term = term;
  }

  /**
   * Has a host take no more domains.
   *
   * @param report tells where its domains can go, before the first leaves
   */
  void drain(Asked asked, String host, Function<String, DrainReport> report) {
    find(host);
    DrainReport begun = report.apply(host);
    Ledger ledger = term.ledger();
    ledger.putMaintenance(
        host,
        HostMaintenance.newBuilder().setRequestedBy(asked.caller()).setTime(ledger.now()).build());
    hostEvent(asked, host, Event.Kind.KIND_HOST_DRAINING, "takes no more domains");
    asked.accept(ledger, new Answer.Accepted(done(asked, host), Optional.of(begun)));
  }

  void uncordon(Asked asked, String host) {
    find(host);
    term.ledger().removeMaintenance(host);
    hostEvent(asked, host, Event.Kind.KIND_HOST_UNCORDONED, "takes domains again");
    asked.accept(term.ledger(), done(asked, host));
  }

  private void hostEvent(Asked asked, String host, Event.Kind kind, String text) {
    Ledger ledger = term.ledger();
    ledger.event(
        Event.newBuilder()
            .setKind(kind)
            .setTarget(host)
            .setHost(host)
            .setOperation(asked.id())
            .setText(text));
  }

  private Operation done(Asked asked, String target) {
    return asked.operation(term.ledger(), target, OperationState.OPERATION_STATE_DONE).build();
  }

  private void find(String host) {
    if (term.observed().host(host) == null) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no host '%s'".formatted(host));
    }
  }

  void putProject(Asked asked, Project project, boolean create) {
    String name = project.getName();
    if (!NAME.matcher(name).matches()) {
      throw RpcFailure.invalid(
          "project.name",
          "name is '%s'; it must be 1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', beginning with a letter or a digit"
              .formatted(name));
    }
    boolean known = name.equals(Quotas.DEFAULT) || term.ledger().project(name) != null;
    if (create && known) {
      throw RpcFailure.of(
          ErrorCode.ALREADY_EXISTS, "the project name '%s' is taken".formatted(name));
    }
    if (!create && !known) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no project '%s'".formatted(name));
    }
    term.quotas().store(project.toBuilder().clearUsage().build());
    projectEvent(asked, name, Event.Kind.KIND_PROJECT_CHANGED, create ? "created" : "changed");
  }

  void deleteProject(Asked asked, String name) {
    ProjectRecord record = term.ledger().project(name);
    if (name.equals(Quotas.DEFAULT)) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, "the project 'default' is always there");
    }
    if (record == null) {
      throw RpcFailure.of(ErrorCode.NOT_FOUND, "there is no project '%s'".formatted(name));
    }
    if (!term.quotas().isUnused(name)) {
      throw RpcFailure.of(
          ErrorCode.WRONG_STATE,
          "project '%s' has domains; only one without can be deleted".formatted(name));
    }
    term.ledger().removeProject(name);
    projectEvent(asked, name, Event.Kind.KIND_PROJECT_REMOVED, "deleted");
  }

  private void projectEvent(Asked asked, String name, Event.Kind kind, String text) {
    Ledger ledger = term.ledger();
    ledger.event(
        Event.newBuilder().setKind(kind).setTarget(name).setOperation(asked.id()).setText(text));
    asked.accept(ledger, done(asked, name));
  }
}
