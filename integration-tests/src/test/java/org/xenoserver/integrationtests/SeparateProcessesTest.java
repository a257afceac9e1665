package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Daemons as separate processes that are killed, stopped and started again. */
@ExtendWith(SharedCluster.class)
final class SeparateProcessesTest {
  /** What a busy machine may add to a lease: ZooKeeper's ticks, and our own asking. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  @TempDir private Path folder;

  @AfterEach
  void destroyAll(Cluster cluster) throws Exception {
    try (ForeignClient client = cluster.connect("cluster-manager")) {
      Domains domains = new Domains(client);
      for (String name : domains.states().keySet()) {
        domains.destroy(name);
      }
    }
  }

  @Test
  void shouldShowAKilledHostAsLostAndBringItBack(Cluster cluster) throws Exception {
    String kernel = TinyKernel.in(folder).toString();
    try (ForeignClient client = cluster.connect("cluster-manager")) {
      Domains domains = new Domains(client);
      domains.awaitAllHosts();
      domains.create(Domains.tiny("on-alpha", Path.of(kernel)), true, "alpha");
      domains.create(Domains.tiny("on-beta", Path.of(kernel)), true, "beta");
      domains.awaitState("on-alpha", "RUNNING");
      domains.awaitState("on-beta", "RUNNING");

      cluster.daemon("alpha").kill();
      long killedNs = System.nanoTime();
      await()
          .atMost(Cluster.LEASE.plus(SLACK))
          .pollInterval(POLL)
          .untilAsserted(() ->
              assertThat(domains.hosts())
                  .isEqualTo(Map.of("alpha", "HOST_STATE_LOST", "beta", "HOST_STATE_UP")));
      domains.awaitState("on-alpha", "LOST");
      System.out.printf(
          "host and domain LOST %.2f s after SIGKILL, lease %d s%n",
          (System.nanoTime() - killedNs) / 1e9, Cluster.LEASE.toSeconds());
      assertThat(domains.states().get("on-beta")).startsWith("DOMAIN_STATE_RUNNING");

      long restartedNs = System.nanoTime();
      cluster.start("alpha");
      domains.awaitAllHosts();
      domains.awaitState("on-alpha", "RUNNING");
      System.out.printf(
          "host UP and domain RUNNING %.2f s after the restart%n",
          (System.nanoTime() - restartedNs) / 1e9);
      // A host that is back may say RUNNING of what it is about to make anew: the console may be
      // early.
      await()
          .atMost(PATIENCE)
          .pollInterval(POLL)
          .untilAsserted(() -> {
            Transcript console = new Transcript("console of on-alpha");
            client.console("on-alpha", console).accept("");
            console.await(Pattern.compile(TinyKernel.GREETING), SLACK);
          });
    }
  }

  @Test
  void shouldLoseNothingWithAKilledManager(Cluster cluster) throws Exception {
    Path kernel = TinyKernel.in(folder);
    Map<String, String> before;
    try (ForeignClient client = cluster.connect("cluster-manager")) {
      Domains domains = new Domains(client);
      domains.awaitAllHosts();
      domains.create(Domains.tiny("defined", kernel), false, "");
      domains.create(Domains.tiny("running", kernel), true, "");
      domains.create(Domains.tiny("paused", kernel), true, "");
      domains.awaitState("running", "RUNNING");
      domains.awaitState("paused", "RUNNING");
      domains.call("PauseDomain", "paused");
      domains.awaitState("paused", "PAUSED");
      domains.awaitState("defined", "DEFINED");
      before = domains.states();
      assertThat(before).hasSize(3);
    }
    cluster.daemon("cluster-manager").kill();
    long restartedNs = System.nanoTime();
    cluster.start("cluster-manager");
    try (ForeignClient client = cluster.connect("cluster-manager")) {
      Domains domains = new Domains(client);
      await()
          .atMost(PATIENCE)
          .pollInterval(POLL)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(domains.states()).isEqualTo(before));
      domains.call("StartDomain", "defined");
      domains.awaitState("defined", "RUNNING");
      domains.call("UnpauseDomain", "paused");
      domains.awaitState("paused", "RUNNING");
      System.out.printf(
          "a restarted manager knew and led %d domains after %.2f s%n",
          before.size(), (System.nanoTime() - restartedNs) / 1e9);
    }
  }

  @Test
  void shouldStopInOrderWhenAskedTo(Cluster cluster) throws Exception {
    try (ForeignClient client = cluster.connect("cluster-manager")) {
      Domains domains = new Domains(client);
      domains.awaitAllHosts();
      domains.create(Domains.tiny("there", TinyKernel.in(folder)), true, "beta");
      domains.awaitState("there", "RUNNING");
      stop(cluster, "beta");
      await()
          .atMost(Cluster.LEASE)
          .pollInterval(POLL)
          .untilAsserted(
              () -> assertThat(domains.hosts()).containsEntry("beta", "HOST_STATE_LOST"));
      cluster.start("beta");
      domains.awaitState("there", "RUNNING");
      domains.awaitAllHosts();
    }
    for (String daemon : new String[] {"accounting", "cluster-manager"}) {
      stop(cluster, daemon);
      cluster.start(daemon);
    }
  }

  private static void stop(Cluster cluster, String daemon) throws InterruptedException {
    XenoProcess.Ended ended = cluster.daemon(daemon).stop();
    assertThat(ended.status()).as("status of %s", daemon).isZero();
    assertThat(ended.errors()).as("log of %s", daemon).doesNotContain(" ERROR ", "\tat ");
  }
}
