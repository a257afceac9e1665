package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;

/** Creates of one name of which the first still waits for its host. */
final class CreationOrderTest {
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private TestCluster cluster;
  private DomainServiceBlockingStub domains;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1");
    domains = cluster.domains(cluster.startManager());
  }

  @AfterEach
  void stop() throws Exception {
    cluster.host("h1").answerChecks();
    clients.close();
    cluster.close();
  }

  private CompletableFuture<Domain> create(CreateDomainRequest.Builder request) {
    CreateDomainRequest sent = request.setNoWait(true).build();
    return CompletableFuture.supplyAsync(() -> domains.createDomain(sent), clients);
  }

  /** Sends two, the second once the host is asked about the first. */
  private CompletableFuture<Domain> behind(CompletableFuture<Domain> first, String requestId) {
    FakeAgent host = cluster.host("h1");
    await().until(() -> host.checksBegun() == 1);
    CompletableFuture<Domain> second = create(TestCluster.domain("twin").setRequestId(requestId));
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !second.isDone() && !first.isDone());
    host.answerChecks();
    return second;
  }

  @Test
  void shouldNotRefuseANameThatMayNotBeTaken() throws Exception {
    cluster.host("h1").holdChecks();
    CompletableFuture<Domain> first = create(TestCluster.domain("twin"));
    CompletableFuture<Domain> second = behind(first, "second");
    assertThat(first.get(10, TimeUnit.SECONDS).getSpec().getName()).isEqualTo("twin");
    assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(io.grpc.StatusRuntimeException.class)
        .rootCause()
        .extracting(e -> RpcFailure.from(e).code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
  }

  @Test
  void shouldCarryOutTheSecondIfTheFirstIsRefused() throws Exception {
    cluster.host("h1").holdChecks();
    CreateDomainRequest.Builder refused = TestCluster.domain("twin");
    refused.getSpecBuilder().setKernel(FakeAgent.MISSING_KERNEL);
    CompletableFuture<Domain> first = create(refused);
    CompletableFuture<Domain> second = behind(first, "second");
    CompletableFuture<Domain> again = create(TestCluster.domain("twin").setRequestId("second"));
    assertThatThrownBy(() -> first.get(10, TimeUnit.SECONDS)).hasMessageContaining("kernel");
    Domain created = second.get(10, TimeUnit.SECONDS);
    assertThat(created.getSpec().getName()).isEqualTo("twin");
    assertThat(again.get(10, TimeUnit.SECONDS)).isEqualTo(created);
  }
}
