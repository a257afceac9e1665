package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.TestCluster.HOST_MEMORY_BYTES;
import static org.xenoserver.clustermanager.TestCluster.MIB;
import static org.xenoserver.clustermanager.TestCluster.named;

import com.google.common.collect.Lists;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.GetOperationRequest;
import org.xenoserver.proto.v1.WatchEventsRequest;

/** One host that two domains fill. */
final class PreemptionTest {
  private static final long HALF_BYTES = HOST_MEMORY_BYTES / 2;

  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static CreateDomainRequest running(String name, long memoryBytes, int priority) {
    CreateDomainRequest.Builder request = TestCluster.domain(name).setRequestId("r-" + name);
    request.getSpecBuilder().setMemoryBytes(memoryBytes).setPriority(priority);
    return request.setStart(true).build();
  }

  @Test
  void shouldEvictADomainOfLowerPriorityAndPlaceItAgainWhenThereIsRoom() throws Exception {
    ClusterManager manager = cluster.startPreemptingManager();
    DomainServiceBlockingStub domains = cluster.domains(manager);
    domains.createDomain(running("low", HALF_BYTES, 1));
    domains.createDomain(running("lower", HALF_BYTES, 0));

    Domain high = domains.createDomain(running("high", HALF_BYTES, 5));
    assertThat(high.getHost()).isEqualTo("h1");
    await()
        .untilAsserted(() ->
            assertThat(domains.getDomain(named("high")).getState())
                .isEqualTo(DomainState.DOMAIN_STATE_RUNNING));
    assertThat(domains.getDomain(named("low")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(domains.getDomain(named("lower")).getState())
        .isEqualTo(DomainState.DOMAIN_STATE_PENDING);

    ClusterServiceBlockingStub service = ClusterServiceGrpc.newBlockingStub(cluster.to(manager));
    assertThat(
            service
                .getOperation(GetOperationRequest.newBuilder().setId("r-high").build())
                .getPreemptedList())
        .containsExactly("lower");
    List<Event> events =
        Lists.newArrayList(
            service.watchEvents(
                WatchEventsRequest.newBuilder().setFromRevision(1).setUntilNow(true).build()));
    assertThat(events)
        .filteredOn(event -> event.getOperation().equals("r-high"))
        .extracting(event -> event.getTarget() + " " + event.getText())
        .containsExactly(
            "lower leaves host h1, preempted by domain 'high' of priority 5",
            "high created on host h1, which 'lower' had to leave");

    cluster.startHost("h2");
    await()
        .untilAsserted(() -> {
          Domain back = domains.getDomain(named("lower"));
          assertThat(back.getHost()).isEqualTo("h2");
          assertThat(back.getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
          assertThat(back.getEpoch()).isEqualTo(2);
        });
  }

  @Test
  void shouldLetSeveralThatWaitComeBackInTheRoomThatIsLeftOnTheirHost() throws Exception {
    DomainServiceBlockingStub domains = cluster.domains(cluster.startPreemptingManager());
    domains.createDomain(running("a", HALF_BYTES, 0));
    domains.createDomain(running("b", HALF_BYTES, 0));
    domains.createDomain(running("high", HOST_MEMORY_BYTES - 64 * MIB, 1));
    domains.createDomain(running("small", 64 * MIB, 1));
    for (String name : List.of("a", "b")) {
      await()
          .untilAsserted(() ->
              assertThat(domains.getDomain(named(name)).getState())
                  .isEqualTo(DomainState.DOMAIN_STATE_PENDING));
    }
    domains.destroyDomain(named("high"));
    // Beside the small one there is room for one of the two.
    await()
        .until(() ->
            List.of("a", "b").stream()
                    .filter(name ->
                        domains.getDomain(named(name)).getState()
                            == DomainState.DOMAIN_STATE_RUNNING)
                    .count()
                == 1);
    domains.destroyDomain(named("a"));
    await()
        .until(() -> domains.getDomain(named("b")).getState() == DomainState.DOMAIN_STATE_RUNNING);
  }

  @Test
  void shouldEvictNobodyOfTheSamePriorityNorForAFileThatIsMissing() throws Exception {
    DomainServiceBlockingStub domains = cluster.domains(cluster.startPreemptingManager());
    domains.createDomain(running("a", HOST_MEMORY_BYTES, 3));
    assertThatNoneIsTaken(domains, running("b", HALF_BYTES, 3), ErrorCode.EXHAUSTED);
    CreateDomainRequest.Builder missing = running("c", HALF_BYTES, 4).toBuilder();
    missing.getSpecBuilder().setKernel(FakeAgent.MISSING_KERNEL);
    assertThatNoneIsTaken(domains, missing.build(), ErrorCode.NOT_FOUND);
  }

  @Test
  void shouldEvictNobodyUnlessConfigured() throws Exception {
    DomainServiceBlockingStub domains = cluster.domains(cluster.startManager());
    domains.createDomain(running("a", HOST_MEMORY_BYTES, 0));
    assertThatNoneIsTaken(domains, running("b", HALF_BYTES, 9), ErrorCode.EXHAUSTED);
  }

  private static void assertThatNoneIsTaken(
      DomainServiceBlockingStub domains, CreateDomainRequest request, ErrorCode code) {
    assertThatThrownBy(() -> domains.createDomain(request))
        .satisfies(failure -> assertThat(RpcFailure.from(failure).code()).isEqualTo(code));
    Domain kept = domains.getDomain(named("a"));
    assertThat(kept.getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    assertThat(kept.getEpoch()).isEqualTo(1);
  }
}
