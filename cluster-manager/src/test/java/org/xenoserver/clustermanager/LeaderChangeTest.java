package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.DomainLifeTest.assertRefused;
import static org.xenoserver.clustermanager.TestCluster.domain;
import static org.xenoserver.clustermanager.TestCluster.named;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.clustermanager.store.DomainStore;
import org.xenoserver.clustermanager.store.StoredDomain;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
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
    Domain created = cluster.domains(first).createDomain(domain("a").build());
    first.close();
    String uuid = created.getSpec().getUuid();
    DomainRecord record =
        DomainRecord.parseFrom(cluster.store.getData().forPath(ZooKeeperLayout.domain(uuid)));
    DomainStore store = new DomainStore(cluster.store);
    store.replace(
        store.beginTerm("an earlier manager"),
        new StoredDomain(record, 0),
        record.toBuilder().setDesired(DesiredState.DESIRED_STATE_DESTROYED).build());

    cluster.startManager();
    await().until(() -> cluster.children(ZooKeeperLayout.DOMAINS).isEmpty());
    assertThat(cluster.children(ZooKeeperLayout.NAMES)).isEmpty();
    assertThat(cluster.children(ZooKeeperLayout.assignments(record.getHost()))).isEmpty();
  }

  @Test
  void shouldNotLetAManagerWriteOnceItsTermHasEnded() throws Exception {
    DomainStore store = new DomainStore(cluster.store);
    Term old = store.beginTerm("old");
    DomainRecord record =
        DomainRecord.newBuilder()
            .setSpec(domain("a").getSpec().toBuilder().setUuid("u"))
            .setHost("h1")
            .build();
    store.beginTerm("new");
    assertRefused(
        () -> store.insert(old, record),
        ErrorCode.UNAVAILABLE,
        "domain 'a' was not created: this manager no longer leads");
    assertThat(cluster.children(ZooKeeperLayout.DOMAINS)).isEmpty();
  }

  private boolean leads(ClusterManager manager) {
    return ClusterServiceGrpc.newBlockingStub(cluster.to(manager))
        .getVersion(GetVersionRequest.getDefaultInstance())
        .getLeader();
  }
}
