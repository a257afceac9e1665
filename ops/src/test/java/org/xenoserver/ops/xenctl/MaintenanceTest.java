package org.xenoserver.ops.xenctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;

/** One host's round, against a manager whose host changes only under who watches it. */
@Timeout(30)
final class MaintenanceTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<String> progress = new CopyOnWriteArrayList<>();
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    cluster.hosts.replaceBy("h1");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private HostResult maintain(Maintenance.Patience patience, Maintenance.Task task)
      throws Exception {
    return maintain(cluster.hosts.get("h1"), patience, task);
  }

  private HostResult maintain(Host host, Maintenance.Patience patience, Maintenance.Task task)
      throws Exception {
    HostResult[] result = new HostResult[1];
    Server.use(
        "cluster manager",
        Endpoint.parse(cluster.address()),
        Duration.ofSeconds(10),
        server -> {
          result[0] = new Maintenance(server, patience, task, progress::add).on(host);
          return ExitStatus.OK;
        });
    return result[0];
  }

  private static Maintenance.Patience patience(Duration leave, Duration back) {
    return new Maintenance.Patience(leave, back, false);
  }

  @Test
  void shouldRunTheTaskOnlyOnAnEmptyHostAndUseItAgainOnlyOnceItIsBack() throws Exception {
    HostResult result =
        maintain(
            patience(LONG, LONG),
            host -> {
              assertThat(cluster.hosts.get("h1").getDomains()).isZero();
              cluster.hosts.asked.add("task on " + host.getAddress());
              cluster.hosts.lose("h1");
            });
    assertThat(result).isEqualTo(HostResult.done("h1"));
    assertThat(cluster.hosts.asked)
        .containsExactly("drain h1", "task on h1.lan:7100", "uncordon h1");
    assertThat(cluster.hosts.get("h1").getIncarnation()).isEqualTo("second");
    assertThat(progress)
        .containsExactly(
            "host h1 takes no more domains; 1 have to leave",
            "host h1 is empty",
            "host h1 takes domains again");
  }

  @Test
  void shouldGoOnWatchingWhenAWatchBreaks() throws Exception {
    cluster.hosts.breaking.set(1);
    assertThat(maintain(patience(LONG, LONG), host -> cluster.hosts.breaking.set(1)))
        .isEqualTo(HostResult.done("h1"));
    assertThat(cluster.hosts.breaking).hasValue(0);
  }

  @Test
  void shouldWaitForTheNextIncarnationOfAHostThatRestartsLate() throws Exception {
    HostResult same = maintain(new Maintenance.Patience(LONG, SHORT, true), host -> {});
    assertThat(same)
        .isEqualTo(
            HostResult.failed("h1", "host h1 stays drained: it did not come back within 300ms"));
    assertThat(
            maintain(new Maintenance.Patience(LONG, LONG, true), host -> cluster.hosts.lose("h1")))
        .isEqualTo(HostResult.done("h1"));
  }

  @Test
  void shouldLeaveAHostDrainedThatDoesNotComeBack() throws Exception {
    cluster.hosts.keepLost();
    HostResult result = maintain(patience(LONG, SHORT), host -> cluster.hosts.lose("h1"));
    assertThat(result)
        .isEqualTo(
            HostResult.failed("h1", "host h1 stays drained: it did not come back within 300ms"));
    assertThat(cluster.hosts.asked).containsExactly("drain h1");
  }

  @Test
  void shouldNotBeginTheTaskWhereADomainIsStuck() throws Exception {
    cluster.hosts.stuck.put("h1", "db");
    HostResult result = maintain(patience(LONG, LONG), MaintenanceTest::mustNotRun);
    assertThat(result)
        .isEqualTo(
            HostResult.failed(
                "h1", "host h1 stays drained: domain 'db' cannot be placed on any of 1 hosts"));
    assertThat(cluster.hosts.asked).containsExactly("drain h1");
  }

  @Test
  void shouldNameTheDomainsThatTakeTooLong() throws Exception {
    cluster.hosts.keepDomains();
    cluster.hosts.replaceBy("host-1");
    cluster.add("db", DomainState.DOMAIN_STATE_RUNNING);
    cluster.add("web", DomainState.DOMAIN_STATE_RUNNING);
    HostResult result =
        maintain(cluster.hosts.get("host-1"), patience(SHORT, LONG), MaintenanceTest::mustNotRun);
    assertThat(result.reason())
        .isEqualTo("host host-1 stays drained: domains 'db', 'web' did not leave within 300ms");
  }

  @Test
  void shouldSayThatAHostCouldNotEvenBeDrained() throws Exception {
    Host gone = cluster.hosts.get("h1");
    cluster.hosts.replaceBy("h2");
    HostResult result = maintain(gone, patience(LONG, LONG), MaintenanceTest::mustNotRun);
    assertThat(result.reason()).isEqualTo("host h1 could not be drained: there is no host 'h1'");
  }

  private static void mustNotRun(Host host) {
    throw new AssertionError("the task ran on " + host.getName());
  }
}
