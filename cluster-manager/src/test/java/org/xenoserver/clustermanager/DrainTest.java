package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.TestCluster.HOST_MEMORY_BYTES;
import static org.xenoserver.clustermanager.TestCluster.MIB;
import static org.xenoserver.clustermanager.TestCluster.named;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.ExplainRequest;
import org.xenoserver.proto.v1.ExplainResponse;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ReplayRequest;

/** A host is drained while the other has room for one domain only. */
final class DrainTest {
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1", "h2");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static CreateDomainRequest running(String name, String host, long memoryBytes) {
    CreateDomainRequest.Builder request = TestCluster.domain(name).setHost(host).setStart(true);
    request.getSpecBuilder().setMemoryBytes(memoryBytes);
    return request.build();
  }

  @Test
  void shouldLetOnlyThoseLeaveThatHaveRoomElsewhere() throws Exception {
    ClusterManager manager = cluster.startManager();
    DomainServiceBlockingStub domains = cluster.domains(manager);
    domains.createDomain(running("filler", "h2", HOST_MEMORY_BYTES - 64 * MIB));
    for (String name : new String[] {"a", "b", "c"}) {
      domains.createDomain(running(name, "h1", 64 * MIB));
    }

    DrainReport report =
        HostServiceGrpc.newBlockingStub(cluster.to(manager))
            .drainHost(HostRequest.newBuilder().setHost("h1").build());
    assertThat(report.getMovesList()).hasSize(1);
    assertThat(report.getStuckList()).hasSize(2);

    await()
        .untilAsserted(() ->
            assertThat(domains.getDomain(named("a")))
                .extracting(Domain::getHost, Domain::getState)
                .containsExactly("h2", DomainState.DOMAIN_STATE_RUNNING));
    assertThat(EventLog.read(cluster.to(manager)))
        .filteredOn(event -> event.getText().equals("leaves host h1"))
        .extracting(Event::getTarget)
        .containsExactly("a");
    ClusterServiceBlockingStub leader = ClusterServiceGrpc.newBlockingStub(cluster.to(manager));
    assertThat(
            leader
                .replayDecisions(ReplayRequest.newBuilder().setPolicy("spread").build())
                .getDecisions())
        .as("four creates and a move, but no look for room")
        .isEqualTo(5);
    assertThat(leader.explainDomain(ExplainRequest.newBuilder().setDomain("a").build()))
        .matches(ExplainResponse::getAtDecision);
    for (String name : new String[] {"b", "c"}) {
      assertThat(domains.getDomain(named(name)))
          .extracting(Domain::getHost, Domain::getState)
          .containsExactly("h1", DomainState.DOMAIN_STATE_RUNNING);
    }
  }
}
