package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostSchedule;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.proto.v1.ListHostsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code xenctl maintain}: which hosts, with what, and what is told of it. */
@Command(
    name = "maintain",
    customSynopsis = "xenctl maintain [HOST...] [OPTIONS] -- COMMAND...",
    description = {
      "Maintains hosts, so many at once: drains one, runs COMMAND here once no domain is left on"
          + " it, waits until the host is up, and lets it take domains again.",
      "COMMAND has the host's name in XENOSERVER_HOST and its agent's address in"
          + " XENOSERVER_ADDRESS; what it writes is shown with the name before each line.",
      "If a domain has nowhere to go, COMMAND ends with another status than 0, or a host does not"
          + " come back, that host stays drained, no further one is begun, and the status is 1."
          + " Hosts that were drained before are left out; so are, in a second run, those that a"
          + " first left drained."
    })
final class MaintainVerb implements Callable<Integer> {
  private static final String COMMAND_FOLLOWS = "--";

  @ParentCommand private @Nullable Xenctl xenctl;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "HOST",
      arity = "0..*",
      description = "Names of hosts; without any, all that are up.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--at-once",
      paramLabel = "N",
      description = "How many hosts are away at the same time; 1.")
  int atOnce = 1;

  @Option(
      names = "--leave-within",
      paramLabel = "TIME",
      description = "How long a host's domains may take to leave it; 10m.")
  Duration leaveWithin = Duration.ofMinutes(10);

  @Option(
      names = "--back-within",
      paramLabel = "TIME",
      description = "How long a host may take to be up after COMMAND; 10m.")
  Duration backWithin = Duration.ofMinutes(10);

  @Option(
      names = "--restarts",
      description =
          "COMMAND restarts the host or its agent, maybe after it has ended: wait for the agent"
              + " that starts then.")
  boolean restarts;

  @Override
  public Integer call() throws Failure, InterruptedException {
    List<String> command = command();
    List<String> names = words.subList(0, words.size() - command.size());
    if (command.isEmpty()) {
      throw Failure.of(
          ExitStatus.USAGE, "no command given; it follows --, as in xenctl maintain h1 -- COMMAND");
    }
    if (atOnce < 1) {
      throw Failure.of(ExitStatus.USAGE, "--at-once is %d; it must be 1 or more".formatted(atOnce));
    }
    Xenctl root = Objects.requireNonNull(xenctl);
    Printer printer = root.printer();
    Maintenance.Task task = new HostCommand(command, root.remarks());
    return root.manager(server -> maintain(server, hosts(server, names), task, printer));
  }

  /** What follows {@code --}, which the words do not tell from the hosts before it. */
  private List<String> command() {
    List<String> all = Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
    int end = all.indexOf(COMMAND_FOLLOWS);
    return end < 0 ? List.of() : all.subList(end + 1, all.size());
  }

  /** The hosts named, or all that are up. */
  private static List<Host> hosts(Server manager, List<String> names)
      throws StatusException, Failure {
    Map<String, Host> known = new LinkedHashMap<>();
    manager
        .hosts()
        .listHosts(ListHostsRequest.getDefaultInstance())
        .getHostsList()
        .forEach(host -> known.put(host.getName(), host));
    if (names.isEmpty()) {
      return known.values().stream()
          .filter(host -> host.getState() == HostState.HOST_STATE_UP)
          .toList();
    }
    List<Host> hosts = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      Host host = known.get(name);
      if (host == null) {
        throw Failure.of(ExitStatus.NOT_FOUND, "there is no host '%s'".formatted(name));
      }
      hosts.add(host);
    }
    return hosts;
  }

  private ExitStatus maintain(
      Server manager, List<Host> hosts, Maintenance.Task task, Printer printer)
      throws InterruptedException {
    Consumer<String> progress = printer.json() ? text -> {} : printer::line;
    List<HostResult> results = new ArrayList<>();
    List<Host> toDo = new ArrayList<>();
    for (Host host : hosts) {
      if (host.getSchedule() == HostSchedule.HOST_SCHEDULE_DRAINING) {
        HostResult leftOut = HostResult.leftOut(host.getName());
        progress.accept(leftOut.reason());
        results.add(leftOut);
      } else {
        toDo.add(host);
      }
    }
    if (hosts.isEmpty()) {
      progress.accept("there is no host to maintain");
    }
    Maintenance.Patience patience = new Maintenance.Patience(leaveWithin, backWithin, restarts);
    Maintenance maintenance = new Maintenance(manager, patience, task, progress);
    results.addAll(new Rollout(atOnce, maintenance).over(toDo));
    return told(results, printer);
  }

  private ExitStatus told(List<HostResult> results, Printer printer) {
    if (printer.json()) {
      results.forEach(result -> printer.jsonLine(result.json()));
    }
    ErrorPrinter errors = Objects.requireNonNull(xenctl).errors();
    ExitStatus status = ExitStatus.OK;
    for (HostResult result : results) {
      if (result.is(HostResult.Outcome.FAILED)) {
        status = ExitStatus.REFUSED;
        errors.print(Failure.of(status, result.reason()));
      }
    }
    String notBegun =
        results.stream()
            .filter(result -> result.is(HostResult.Outcome.NOT_BEGUN))
            .map(HostResult::host)
            .collect(Collectors.joining(", "));
    if (!notBegun.isEmpty()) {
      errors.print(Failure.of(status, "not begun: " + notBegun));
    }
    return status;
  }
}
