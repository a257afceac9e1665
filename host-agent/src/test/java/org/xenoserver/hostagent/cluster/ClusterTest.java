package org.xenoserver.hostagent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.hostagent.HostAgent;
import org.xenoserver.hostagent.HostAgentConfig;
import org.xenoserver.hostagent.domains.FakeHypervisor;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.time.Clock;

final class ClusterTest {
  private static final String UUID_1 = "6a2d1a62-7e2b-4bd0-9d3c-111111111111";
  private static final String UUID_2 = "6a2d1a62-7e2b-4bd0-9d3c-222222222222";

  @TempDir Path folder;
  private TestingServer server;
  private CuratorFramework zookeeper;
  private FakeHypervisor hypervisor = new FakeHypervisor(1 << 20);
  private final RunPermit permit = RunPermit.untilProven(Clock.system());
  private @Nullable HostAgent agent;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("kernel"), "k");
    server = new TestingServer();
    zookeeper =
        CuratorFrameworkFactory.builder()
            .connectString(server.getConnectString())
            .namespace(ZooKeeperLayout.NAMESPACE)
            .retryPolicy(new RetryOneTime(100))
            .build();
    zookeeper.start();
    agent = agent(hypervisor);
  }

  @AfterEach
  void stop() throws Exception {
    stopAgent();
    zookeeper.close();
    server.close();
  }

  private void stopAgent() {
    if (agent != null) {
      agent.close();
      agent = null;
    }
  }

  private void restartAgent() throws Exception {
    stopAgent();
    hypervisor = new FakeHypervisor(1 << 20);
    agent = agent(hypervisor);
  }

  private HostAgent agent(FakeHypervisor on) throws Exception {
    HostAgent started =
        new HostAgent(
            new HostAgentConfig(
                "h1",
                new Endpoint("127.0.0.1", 0),
                null,
                server.getConnectString(),
                Duration.ofSeconds(1),
                null,
                null,
                folder),
            on,
            permit,
            InstantSource.system());
    boolean joined = false;
    try {
      started.start();
      var _ = started.joined().get(30, TimeUnit.SECONDS);
      joined = true;
      return started;
    } finally {
      if (!joined) {
        started.close();
      }
    }
  }

  private static DomainRecord record(String uuid, DesiredState desired, Path kernel) {
    return DomainRecord.newBuilder()
        .setSpec(
            DomainSpec.newBuilder()
                .setName("d-" + uuid.substring(30))
                .setUuid(uuid)
                .setMemoryBytes(1 << 19)
                .setVcpus(1)
                .setKernel(kernel.toString()))
        .setDesired(desired)
        .setHost("h1")
        .setEpoch(1)
        .build();
  }

  private void order(String uuid, DesiredState desired) throws Exception {
    order(record(uuid, desired, folder.resolve("kernel")));
  }

  private void order(DomainRecord record) throws Exception {
    zookeeper
        .create()
        .orSetData()
        .creatingParentsIfNeeded()
        .forPath(
            ZooKeeperLayout.assignment("h1", record.getSpec().getUuid()), record.toByteArray());
  }

  private @Nullable Domain status(String uuid) throws Exception {
    String path = ZooKeeperLayout.status("h1", uuid);
    return zookeeper.checkExists().forPath(path) == null
        ? null
        : Domain.parseFrom(zookeeper.getData().forPath(path));
  }

  private Domain known(String uuid) throws Exception {
    return Objects.requireNonNull(status(uuid));
  }

  private void awaitStatus(String uuid, DomainState state) {
    await()
        .untilAsserted(() ->
            assertThat(status(uuid))
                .isNotNull()
                .satisfies(domain -> assertThat(domain.getState()).isEqualTo(state)));
  }

  private boolean leaseIsThere() throws Exception {
    return zookeeper.checkExists().forPath(ZooKeeperLayout.lease("h1")) != null;
  }

  @Test
  void shouldRegisterAndGiveTheLeaseBack() throws Exception {
    Host host = Host.parseFrom(zookeeper.getData().forPath(ZooKeeperLayout.lease("h1")));
    assertThat(host.getName()).isEqualTo("h1");
    assertThat(host.hasLeaseTime()).isTrue();
    assertThat(host).isEqualTo(Host.parseFrom(zookeeper.getData().forPath("/hosts/h1")));
    stopAgent();
    assertThat(leaseIsThere()).isFalse();
    assertThat(zookeeper.checkExists().forPath("/hosts/h1")).isNotNull();
  }

  @Test
  void shouldRefuseASecondAgentOfTheSameName() {
    assertThatThrownBy(() -> agent(new FakeHypervisor(1 << 20)))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(ClusterException.class)
        .rootCause()
        .hasMessageStartingWith("host name 'h1' is taken: another agent holds its lease");
  }

  @Test
  void shouldWaitForTheSessionOfAKilledAgentToEnd() throws Exception {
    stopAgent();
    String lease = ZooKeeperLayout.lease("h1");
    Host killed = Host.newBuilder().setName("h1").setIncarnation("killed/1").build();
    zookeeper.create().forPath(lease, killed.toByteArray());
    CompletableFuture<HostAgent> starting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return agent(new FakeHypervisor(1 << 20));
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
    // Longer than a session of a ZooKeeper that serves all the time outlives its client.
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(6))
        .until(() -> !starting.isDone());
    zookeeper.delete().forPath(lease);
    agent = starting.get(10, TimeUnit.SECONDS);
    assertThat(leaseIsThere()).isTrue();
  }

  @Test
  void shouldTakeTheLeaseAgainAfterItWasLost() throws Exception {
    zookeeper.delete().forPath(ZooKeeperLayout.lease("h1"));
    await().until(this::leaseIsThere);
  }

  @Test
  void shouldBringADomainToEveryDesiredState() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_DEFINED);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_DEFINED);
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    order(UUID_1, DesiredState.DESIRED_STATE_PAUSED);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_PAUSED);
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    order(UUID_1, DesiredState.DESIRED_STATE_STOPPED);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_SHUTTING_DOWN);
    hypervisor.guest("d-111111").powerOff(0);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_STOPPED);
    order(UUID_1, DesiredState.DESIRED_STATE_DESTROYED);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_DESTROYED);
    assertThat(hypervisor.list()).isEmpty();
    zookeeper.delete().forPath(ZooKeeperLayout.assignment("h1", UUID_1));
    await().until(() -> status(UUID_1) == null);
  }

  @Test
  void shouldReportButNotRestartADomainThatCrashed() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    hypervisor.guest("d-111111").crash("triple fault");
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_CRASHED);
    assertThat(known(UUID_1).getReason()).isEqualTo("triple fault");
    // Another order passes through the same reconciler.
    order(UUID_2, DesiredState.DESIRED_STATE_DEFINED);
    awaitStatus(UUID_2, DomainState.DOMAIN_STATE_DEFINED);
    assertThat(known(UUID_1).getState()).isEqualTo(DomainState.DOMAIN_STATE_CRASHED);
    // A new order starts it again.
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
  }

  @Test
  void shouldStartAssignedDomainsAgainAfterARestartButNotThoseThatHadEnded() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    order(UUID_2, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    awaitStatus(UUID_2, DomainState.DOMAIN_STATE_RUNNING);
    hypervisor.guest("d-222222").powerOff(0);
    awaitStatus(UUID_2, DomainState.DOMAIN_STATE_STOPPED);
    restartAgent();
    await().until(() -> hypervisor.find(UUID.fromString(UUID_1)).isPresent());
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    assertThat(known(UUID_2).getState()).isEqualTo(DomainState.DOMAIN_STATE_STOPPED);
    assertThat(hypervisor.list()).hasSize(1);
  }

  @Test
  void shouldDestroyWhatIsNoLongerAssigned() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    zookeeper.delete().forPath(ZooKeeperLayout.assignment("h1", UUID_1));
    await().until(() -> status(UUID_1) == null);
    assertThat(hypervisor.list()).isEmpty();
  }

  @Test
  void shouldReportADomainThatCannotBeDefined() throws Exception {
    order(record(UUID_1, DesiredState.DESIRED_STATE_RUNNING, folder.resolve("none")));
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_CRASHED);
    assertThat(known(UUID_1).getReason()).contains(folder.resolve("none").toString());
  }

  @Test
  void shouldStartADomainOnceThereIsRoomForIt() throws Exception {
    String third = "6a2d1a62-7e2b-4bd0-9d3c-333333333333";
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    order(UUID_2, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_2, DomainState.DOMAIN_STATE_RUNNING);
    order(third, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(third, DomainState.DOMAIN_STATE_PENDING);
    order(UUID_1, DesiredState.DESIRED_STATE_DESTROYED);
    awaitStatus(third, DomainState.DOMAIN_STATE_RUNNING);
  }

  @Test
  void shouldMakeADomainAnewWhenItsEpochWasRaised() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    Object before = hypervisor.find(UUID.fromString(UUID_1)).orElseThrow();
    order(
        record(UUID_1, DesiredState.DESIRED_STATE_RUNNING, folder.resolve("kernel")).toBuilder()
            .setEpoch(2)
            .build());
    await().until(() -> status(UUID_1) != null && known(UUID_1).getEpoch() == 2);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    assertThat(hypervisor.find(UUID.fromString(UUID_1)).orElseThrow()).isNotSameAs(before);
  }

  @Test
  void shouldOnlyLetDomainsRunWhileTheLeaseIsProven() throws Exception {
    assertThat(permit.holds()).isTrue();
    server.stop();
    await().until(() -> !permit.holds());
    server.restart();
    await().atMost(Duration.ofSeconds(20)).until(permit::holds);
  }

  @Test
  void shouldDestroyWhatItNoLongerOwnsBeforeAnythingRunsAgain() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    server.stop();
    await().until(() -> !permit.holds());
    List<Boolean> heldAtEnd = new CopyOnWriteArrayList<>();
    hypervisor
        .find(UUID.fromString(UUID_1))
        .orElseThrow()
        .watch(state -> heldAtEnd.add(permit.holds()));
    server.restart();
    // As a manager would that gave the host up meanwhile.
    zookeeper.delete().forPath(ZooKeeperLayout.assignment("h1", UUID_1));
    await().atMost(Duration.ofSeconds(20)).until(() -> hypervisor.list().isEmpty());
    await().atMost(Duration.ofSeconds(20)).until(permit::holds);
    assertThat(heldAtEnd).isNotEmpty();
  }

  @Test
  void shouldTellEveryStatusInTheNameOfItsClaim() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    Host lease = Host.parseFrom(zookeeper.getData().forPath(ZooKeeperLayout.lease("h1")));
    assertThat(lease.getIncarnation()).isNotEmpty();
    assertThat(known(UUID_1).getIncarnation()).isEqualTo(lease.getIncarnation());
    zookeeper.delete().forPath(ZooKeeperLayout.lease("h1"));
    await().until(() -> !known(UUID_1).getIncarnation().equals(lease.getIncarnation()));
  }

  @Test
  void shouldWorkOnAfterZooKeeperWasAway() throws Exception {
    order(UUID_1, DesiredState.DESIRED_STATE_RUNNING);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_RUNNING);
    server.restart();
    hypervisor.guest("d-111111").powerOff(0);
    awaitStatus(UUID_1, DomainState.DOMAIN_STATE_STOPPED);
    await().until(this::leaseIsThere);
  }
}
