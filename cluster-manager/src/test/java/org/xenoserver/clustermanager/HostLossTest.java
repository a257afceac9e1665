package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.DomainLifeTest.assertRefused;
import static org.xenoserver.clustermanager.TestCluster.domain;
import static org.xenoserver.clustermanager.TestCluster.named;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.GetHostRequest;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.HostServiceGrpc.HostServiceBlockingStub;
import org.xenoserver.proto.v1.HostState;

final class HostLossTest {
  private TestCluster cluster;
  private DomainServiceBlockingStub domains;
  private HostServiceBlockingStub hosts;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1");
    ClusterManager manager = cluster.startManager();
    domains = cluster.domains(manager);
    hosts = HostServiceGrpc.newBlockingStub(cluster.to(manager));
    domains.createDomain(domain("a").setStart(true).build());
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void shouldShowAHostAndItsDomainsAsLostUntilItReturns() throws Exception {
    cluster.killHost("h1");
    awaitState(DomainState.DOMAIN_STATE_LOST);
    Domain lost = domains.getDomain(named("a"));
    assertThat(lost.getReason()).isEqualTo("the lease of host h1 ended at 2026-11-22T10:00:00Z");
    assertThat(hosts.getHost(GetHostRequest.newBuilder().setHost("h1").build()).getState())
        .isEqualTo(HostState.HOST_STATE_LOST);

    cluster.startHost("h1");
    awaitState(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(hosts.getHost(GetHostRequest.newBuilder().setHost("h1").build()).getState())
        .isEqualTo(HostState.HOST_STATE_UP);
  }

  @Test
  void shouldRefuseToSteerOrPlaceOnALostHost() {
    cluster.killHost("h1");
    awaitState(DomainState.DOMAIN_STATE_LOST);
    assertRefused(
        () -> domains.pauseDomain(named("a")),
        ErrorCode.UNAVAILABLE,
        "domain 'a' is LOST: host h1 holds no lease");
    assertRefused(
        () -> domains.createDomain(domain("b").build()),
        ErrorCode.UNAVAILABLE,
        "no host is up to take domain 'b'");
    assertRefused(
        () -> domains.createDomain(domain("b").setHost("h1").build()),
        ErrorCode.UNAVAILABLE,
        "host h1 is lost");
  }

  @Test
  void shouldForgetADestroyedDomainOfALostHostAtOnce() throws Exception {
    cluster.killHost("h1");
    awaitState(DomainState.DOMAIN_STATE_LOST);
    assertThat(domains.destroyDomain(named("a")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).isEmpty();
    assertThat(cluster.children(ZooKeeperLayout.assignments("h1"))).isEmpty();
  }

  @Test
  void shouldPlaceTheDomainsOfALostHostElsewhereUnderANewEpoch() throws Exception {
    cluster.startHost("h2");
    cluster.killHost("h1");
    await()
        .untilAsserted(() -> {
          Domain moved = domains.getDomain(named("a"));
          assertThat(moved.getHost()).isEqualTo("h2");
          assertThat(moved.getEpoch()).isEqualTo(2);
          assertThat(moved.getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
        });
    assertThat(cluster.children(ZooKeeperLayout.assignments("h1"))).isEmpty();
  }

  private void awaitState(DomainState state) {
    await()
        .untilAsserted(() -> assertThat(domains.getDomain(named("a")).getState()).isEqualTo(state));
  }
}
