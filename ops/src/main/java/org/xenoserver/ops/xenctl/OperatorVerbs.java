package org.xenoserver.ops.xenctl;

import com.google.protobuf.Timestamp;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.ExplainRequest;
import org.xenoserver.proto.v1.ExplainResponse;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.ListOperationsRequest;
import org.xenoserver.proto.v1.ListOperationsResponse;
import org.xenoserver.proto.v1.ListProjectsRequest;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.Project;
import org.xenoserver.proto.v1.ProjectRequest;
import org.xenoserver.proto.v1.ProjectResources;
import org.xenoserver.proto.v1.ProposedMove;
import org.xenoserver.proto.v1.RebalanceRequest;
import org.xenoserver.proto.v1.RebalanceResponse;
import org.xenoserver.proto.v1.SetProjectRequest;
import org.xenoserver.proto.v1.StuckDomain;
import org.xenoserver.proto.v1.VerifyRequest;
import org.xenoserver.proto.v1.VerifyResponse;
import org.xenoserver.proto.v1.WatchEventsRequest;

/** Verbs of those who look after the cluster. */
final class OperatorVerbs {
  private final Server manager;
  private final Printer printer;

  OperatorVerbs(Server manager, Printer printer) {
    this.manager = manager;
    this.printer = printer;
  }

  ExitStatus why(String domain) throws StatusException {
    ExplainResponse why =
        manager.cluster().explainDomain(ExplainRequest.newBuilder().setDomain(domain).build());
    if (printer.json()) {
      printer.json(why);
      return ExitStatus.OK;
    }
    printer.line(why.getSummary());
    if (!why.getAtDecision()) {
      printer.line("the decision is no longer remembered; this is how it would be decided now");
    }
    Table candidates = new Table("CANDIDATE", ">SCORE", ">DOMAINS", "LEFT ON IT");
    for (ExplainResponse.Candidate candidate : why.getCandidatesList()) {
      candidates.add(
          candidate.getHost(),
          String.format(Locale.ROOT, "%.2f", candidate.getScore()),
          Integer.toUnsignedString(candidate.getDomains()),
          candidate.getLeft());
    }
    printer.text("\n" + candidates);
    if (why.getRejectionsCount() > 0) {
      Table rejections = new Table("REFUSED", "BY", "REASON");
      for (ExplainResponse.Rejection rejection : why.getRejectionsList()) {
        rejections.add(rejection.getHost(), rejection.getFilter(), rejection.getReason());
      }
      printer.text("\n" + rejections);
    }
    return ExitStatus.OK;
  }

  /** Status 1 if a domain has nowhere to go. */
  ExitStatus drain(String host) throws StatusException {
    DrainReport report =
        manager
            .hosts()
            .drainHost(HostRequest.newBuilder().setHost(host).setRequestId(id()).build());
    if (printer.json()) {
      printer.json(report);
    } else {
      printer.line("host %s takes no more domains".formatted(report.getHost()));
      for (ProposedMove move : report.getMovesList()) {
        printer.line("%s leaves for %s".formatted(move.getDomain(), move.getTo()));
      }
      for (StuckDomain stuck : report.getStuckList()) {
        printer.line("%s stays: %s".formatted(stuck.getDomain(), stuck.getReason()));
      }
    }
    return report.getStuckCount() == 0 ? ExitStatus.OK : ExitStatus.REFUSED;
  }

  ExitStatus uncordon(String host) throws StatusException {
    var answer =
        manager
            .hosts()
            .uncordonHost(HostRequest.newBuilder().setHost(host).setRequestId(id()).build());
    if (printer.json()) {
      printer.json(answer);
    } else {
      printer.line("host %s takes domains again".formatted(answer.getName()));
    }
    return ExitStatus.OK;
  }

  /** Status 1 if a host could not be lost. */
  ExitStatus verify() throws StatusException {
    VerifyResponse answer = manager.cluster().verifyCluster(VerifyRequest.getDefaultInstance());
    if (printer.json()) {
      printer.json(answer);
    } else if (answer.getSurvivesAny()) {
      printer.line(
          "the cluster can lose any one of its %d hosts with domains".formatted(answer.getHosts()));
    } else {
      printer.line(
          "the cluster cannot lose any one host: the loss of %d of %d would not be absorbed"
              .formatted(answer.getLossesCount(), answer.getHosts()));
      for (VerifyResponse.Loss loss : answer.getLossesList()) {
        printer.line(
            "host %s: %d of %d domains would find no place"
                .formatted(loss.getHost(), loss.getStuckCount(), loss.getDomains()));
        for (StuckDomain stuck : loss.getStuckList()) {
          printer.line("  " + stuck.getReason());
        }
      }
    }
    return answer.getSurvivesAny() ? ExitStatus.OK : ExitStatus.REFUSED;
  }

  ExitStatus rebalance(int most) throws StatusException {
    RebalanceResponse answer =
        manager.cluster().proposeRebalancing(RebalanceRequest.newBuilder().setMost(most).build());
    if (printer.json()) {
      printer.json(answer);
      return ExitStatus.OK;
    }
    Table table = new Table("DOMAIN", "FROM", "TO");
    for (ProposedMove move : answer.getMovesList()) {
      table.add(move.getDomain(), move.getFrom(), move.getTo());
    }
    printer.text(table.toString());
    printer.line(
        String.format(
            Locale.ROOT,
            "policy %s measures %.3f now and %.3f after these moves",
            answer.getPolicy(),
            answer.getBefore(),
            answer.getAfter()));
    return ExitStatus.OK;
  }

  ExitStatus operations() throws StatusException {
    ListOperationsResponse answer =
        manager.cluster().listOperations(ListOperationsRequest.getDefaultInstance());
    if (printer.json()) {
      printer.json(answer.getOperationsList());
      return ExitStatus.OK;
    }
    Table table = new Table("ID", "VERB", "TARGET", "STATE", "BY", "BEGUN", "REASON");
    for (Operation operation : answer.getOperationsList()) {
      table.add(
          operation.getId(),
          operation.getVerb(),
          operation.getTarget(),
          operation.getState().name().replaceFirst("^OPERATION_STATE_", ""),
          operation.getRequestedBy(),
          time(operation.getCreateTime()),
          operation.getReason());
    }
    printer.text(table.toString());
    return ExitStatus.OK;
  }

  /** Prints events from a revision on, or from now on if it is 0. */
  ExitStatus events(long from, boolean follow) throws StatusException, InterruptedException {
    BlockingClientCall<?, Event> events =
        manager
            .clusterStreams()
            .watchEvents(
                WatchEventsRequest.newBuilder().setFromRevision(from).setUntilNow(!follow).build());
    while (!printer.broken()) {
      Event event = events.read();
      if (event == null) {
        break;
      }
      if (printer.json()) {
        printer.jsonLine(event);
      } else {
        printer.line(
            "%d  %s  %s  %s: %s"
                .formatted(
                    event.getRevision(),
                    time(event.getTime()),
                    event.getKind().name().replaceFirst("^KIND_", ""),
                    event.getTarget(),
                    event.getText()));
      }
    }
    return ExitStatus.OK;
  }

  ExitStatus projects() throws StatusException {
    var answer = manager.projects().listProjects(ListProjectsRequest.getDefaultInstance());
    if (printer.json()) {
      printer.json(answer.getProjectsList());
      return ExitStatus.OK;
    }
    Table table = new Table("NAME", ">DOMAINS", ">VCPUS", ">MEMORY", ">DISK");
    for (Project project : answer.getProjectsList()) {
      ProjectResources usage = project.getUsage();
      ProjectResources limits = project.getLimits();
      table.add(
          project.getName(),
          of(
              Long.toString(usage.getDomains()),
              limits.getDomains(),
              Long.toString(limits.getDomains())),
          of(Long.toString(usage.getVcpus()), limits.getVcpus(), Long.toString(limits.getVcpus())),
          of(
              Quantities.bytes(usage.getMemoryBytes()),
              limits.getMemoryBytes(),
              Quantities.bytes(limits.getMemoryBytes())),
          of(
              Quantities.bytes(usage.getDiskBytes()),
              limits.getDiskBytes(),
              Quantities.bytes(limits.getDiskBytes())));
    }
    printer.text(table.toString());
    return ExitStatus.OK;
  }

  private static String of(String used, long limit, String limitText) {
    return limit == 0 ? used : used + " of " + limitText;
  }

  ExitStatus showProject(String name) throws StatusException {
    return project(
        manager.projects().getProject(ProjectRequest.newBuilder().setProject(name).build()));
  }

  ExitStatus putProject(boolean create, String name, ProjectResources limits)
      throws StatusException {
    SetProjectRequest request =
        SetProjectRequest.newBuilder()
            .setProject(Project.newBuilder().setName(name).setLimits(limits))
            .setRequestId(id())
            .build();
    return project(
        create
            ? manager.projects().createProject(request)
            : manager.projects().setProject(request));
  }

  ExitStatus deleteProject(String name) throws StatusException {
    return project(
        manager
            .projects()
            .deleteProject(
                ProjectRequest.newBuilder().setProject(name).setRequestId(id()).build()));
  }

  private ExitStatus project(Project project) {
    if (printer.json()) {
      printer.json(project);
    } else {
      printer.line("project %s".formatted(project.getName()));
    }
    return ExitStatus.OK;
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos())
        .truncatedTo(ChronoUnit.MILLIS)
        .toString();
  }
}
