package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.DomainLifeTest.assertRefused;
import static org.xenoserver.clustermanager.TestCluster.domain;
import static org.xenoserver.clustermanager.TestCluster.named;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ListDomainsRequest;

final class LeaderChangeTest {
  private TestCluster cluster;
  private ClusterManager first;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1", "h2");
    first = cluster.startManager();
    await().until(() -> leads(first));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void shouldPassWritesOfAFollowerOnToTheLeader() throws Exception {
    ClusterManager second = cluster.startManager();
    DomainServiceBlockingStub follower = cluster.domains(second);
    Domain created = follower.createDomain(domain("a").setStart(true).build());
    assertThat(leads(second)).isFalse();
    assertThat(follower.getDomain(named("a"))).isEqualTo(created);
    assertThat(follower.pauseDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_PAUSED);
    assertRefused(
        () -> follower.createDomain(domain("a").build()),
        ErrorCode.ALREADY_EXISTS,
        "the domain name 'a' is taken");
    follower.destroyDomain(named("a"));
    assertThat(follower.listDomains(ListDomainsRequest.getDefaultInstance()).getDomainsList())
        .isEmpty();
  }

  @Test
  void shouldGoOnWithTheOtherManagerWhenTheLeaderLeaves() throws Exception {
    ClusterManager second = cluster.startManager();
    Domain created = cluster.domains(first).createDomain(domain("a").setStart(true).build());
    first.close();
    DomainServiceBlockingStub survivor = cluster.domains(second);
    assertThat(survivor.getDomain(named("a"))).isEqualTo(created);
    assertThat(survivor.createDomain(domain("b").build()).getHost()).isEqualTo("h2");
    assertThat(leads(second)).isTrue();
  }

  @Test
  void shouldLoseNothingOverARestart() throws Exception {
    Domain created = cluster.domains(first).createDomain(domain("a").setStart(true).build());
    Endpoint endpoint = first.endpoint();
    first.close();
    DomainServiceBlockingStub domains = cluster.domains(cluster.startManager(endpoint));
    assertThat(domains.getDomain(named("a"))).isEqualTo(created);
    assertThat(domains.pauseDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_PAUSED);
  }

  @Test
  void shouldGoOnAfterZooKeeperWasAway() throws Exception {
    DomainServiceBlockingStub domains = cluster.domains(first);
    Domain created = domains.createDomain(domain("a").setStart(true).build());
    cluster.zooKeeper.restart();
    await()
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(domains.pauseDomain(named("a")).getState())
                .isEqualTo(DomainState.DOMAIN_STATE_PAUSED));
    assertThat(domains.getDomain(named("a")).getSpec()).isEqualTo(created.getSpec());
  }

  @Test
  void shouldCompleteADestructionThatAnEarlierManagerBegan() throws Exception {
    cluster.domains(first).createDomain(domain("a").build());
    String host = cluster.domains(first).getDomain(named("a")).getHost();
    cluster.killHost(host);
    DomainServiceBlockingStub domains = cluster.domains(first);
    await()
        .until(() -> {
          Domain now = domains.getDomain(named("a"));
          return !now.getHost().equals(host) && now.getState() == DomainState.DOMAIN_STATE_DEFINED;
        });
    Thread destroyer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                domains.destroyDomain(named("a"));
              } catch (io.grpc.StatusRuntimeException e) {
                // The manager is closed meanwhile.
                assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
              }
            });
    cluster.startManager();
    first.close();
    destroyer.join();
    await().until(() -> cluster.children(ZooKeeperLayout.DOMAINS).isEmpty());
    for (String each : List.of("h1", "h2")) {
      assertThat(cluster.children(ZooKeeperLayout.assignments(each))).isEmpty();
    }
  }

  @Test
  void shouldGiveARequestThatIsSentAgainOneEffectAndTheSameAnswer() throws Exception {
    ClusterManager second = cluster.startManager();
    CreateDomainRequest request = domain("a").setRequestId("r1").build();
    Domain created = cluster.domains(first).createDomain(request);
    assertThat(cluster.domains(second).createDomain(request).getSpec())
        .isEqualTo(created.getSpec());
    assertRefused(
        () -> cluster.domains(second).createDomain(domain("b").setRequestId("r1").build()),
        ErrorCode.INVALID,
        "request_id is 'r1', which was used for another request; it must be new");
    first.close();
    assertThat(cluster.domains(second).createDomain(request).getSpec())
        .isEqualTo(created.getSpec());
    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).hasSize(1);
  }

  private boolean leads(ClusterManager manager) {
    return ClusterServiceGrpc.newBlockingStub(cluster.to(manager))
        .getVersion(GetVersionRequest.getDefaultInstance())
        .getLeader();
  }
}
