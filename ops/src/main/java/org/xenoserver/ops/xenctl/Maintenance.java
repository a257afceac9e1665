package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.HostSchedule;
import org.xenoserver.proto.v1.HostServiceGrpc.HostServiceBlockingV2Stub;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.StuckDomain;

/**
 * One host's round: it is drained, maintained once no domain is left on it, and takes domains again
 * once it is back. A host with which something goes wrong stays as it is then.
 */
final class Maintenance implements Rollout.Work {
  /** What is done to an empty host. */
  @FunctionalInterface
  interface Task {
    /**
     * Ends when it is done.
     *
     * @throws Failure with why it was not done
     */
    void on(Host host) throws Failure, InterruptedException;
  }

  /**
   * How long is waited.
   *
   * @param leave until no domain is left on a host that is drained
   * @param back until a host is up after its task
   * @param nextIncarnation whether a host is back only once its agent has started anew
   */
  record Patience(Duration leave, Duration back, boolean nextIncarnation) {}

  private final Server manager;
  private final Patience patience;
  private final Task task;
  private final Consumer<String> progress;

  /** Hosts may be worked on by several threads at once. */
  Maintenance(Server manager, Patience patience, Task task, Consumer<String> progress) {
    this.manager = manager;
    this.patience = patience;
    this.task = task;
    this.progress = progress;
  }

  @Override
  public HostResult on(Host host) throws InterruptedException {
    String name = host.getName();
    DrainReport drained;
    try {
      drained = hosts().drainHost(request(name));
    } catch (StatusException e) {
      return HostResult.failed(
          name, "host %s could not be drained: %s".formatted(name, sentence(e)));
    }
    try {
      leaving(drained);
      awaitEmpty(name);
      task.on(host);
      awaitBack(host);
      var _ = hosts().uncordonHost(request(name));
    } catch (StatusException e) {
      return staysDrained(name, sentence(e));
    } catch (Failure e) {
      return staysDrained(name, e.sentence());
    }
    progress.accept("host %s takes domains again".formatted(name));
    return HostResult.done(name);
  }

  private void leaving(DrainReport report) throws Failure {
    progress.accept(
        "host %s takes no more domains; %d have to leave"
            .formatted(report.getHost(), report.getMovesCount()));
    if (report.getStuckCount() > 0) {
      throw Failure.of(
          ExitStatus.REFUSED,
          report.getStuckList().stream()
              .map(StuckDomain::getReason)
              .collect(Collectors.joining("; ")));
    }
  }

  private void awaitEmpty(String host) throws StatusException, Failure, InterruptedException {
    boolean empty =
        new HostWatch(manager)
            .await(
                host,
                now ->
                    now.getSchedule() == HostSchedule.HOST_SCHEDULE_DRAINING
                        && now.getDomains() == 0,
                patience.leave());
    if (!empty) {
      throw Failure.of(
          ExitStatus.REFUSED,
          "%s did not leave within %s"
              .formatted(domainsOn(host), Quantities.duration(patience.leave())));
    }
    progress.accept("host %s is empty".formatted(host));
  }

  private String domainsOn(String host) throws StatusException {
    return manager
        .domains()
        .listDomains(ListDomainsRequest.getDefaultInstance())
        .getDomainsList()
        .stream()
        .filter(domain -> domain.getHost().equals(host))
        .map(domain -> "'%s'".formatted(domain.getSpec().getName()))
        .collect(Collectors.joining(", ", "domains ", ""));
  }

  private void awaitBack(Host host) throws StatusException, Failure, InterruptedException {
    boolean back =
        new HostWatch(manager)
            .await(
                host.getName(),
                now ->
                    now.getState() == HostState.HOST_STATE_UP
                        && !(patience.nextIncarnation()
                            && now.getIncarnation().equals(host.getIncarnation())),
                patience.back());
    if (!back) {
      throw Failure.of(
          ExitStatus.REFUSED,
          "it did not come back within %s".formatted(Quantities.duration(patience.back())));
    }
  }

  /** A manager that is away for a moment is waited for, for as long as for any answer. */
  private HostServiceBlockingV2Stub hosts() {
    return manager.hosts().withWaitForReady();
  }

  private static HostRequest request(String host) {
    return HostRequest.newBuilder()
        .setHost(host)
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }

  private String sentence(StatusException e) {
    return manager.failure(e).sentence();
  }

  private static HostResult staysDrained(String host, String why) {
    return HostResult.failed(host, "host %s stays drained: %s".formatted(host, why));
  }
}
