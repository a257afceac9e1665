package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.clustermanager.DomainLifeTest.assertRefused;
import static org.xenoserver.clustermanager.TestCluster.domain;
import static org.xenoserver.clustermanager.TestCluster.named;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.HostEvent;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.proto.v1.WatchDomainsRequest;
import org.xenoserver.proto.v1.WatchHostsRequest;

final class StreamsTest {
  private TestCluster cluster;
  private ClusterManager manager;
  private DomainServiceBlockingStub domains;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster("h1");
    manager = cluster.startManager();
    domains = cluster.domains(manager);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void shouldStreamASnapshotAndThenEveryChangeOfADomain() {
    domains.createDomain(domain("other").build());
    Domain created = domains.createDomain(domain("a").build());
    Iterator<DomainEvent> events =
        domains.watchDomains(WatchDomainsRequest.newBuilder().setDomain("a").build());
    DomainEvent first = events.next();
    assertThat(first.getSnapshot()).isTrue();
    assertThat(first.getDomain()).isEqualTo(created);
    assertThat(events.next().getSnapshotEnd()).isTrue();

    domains.startDomain(named("a"));
    assertThat(events.next().getDomain().getState()).isEqualTo(DomainState.DOMAIN_STATE_RUNNING);
    domains.destroyDomain(named("a"));
    assertThat(events.next().getDomain().getState()).isEqualTo(DomainState.DOMAIN_STATE_DESTROYED);
    assertThat(events.hasNext()).as("a stream of one domain ends with it").isFalse();
  }

  @Test
  void shouldRefuseToWatchADomainThatIsNotThere() {
    assertRefused(
        () ->
            domains
                .watchDomains(WatchDomainsRequest.newBuilder().setDomain("nobody").build())
                .hasNext(),
        ErrorCode.NOT_FOUND,
        "there is no domain 'nobody'");
  }

  @Test
  void shouldStreamHostsThatGoAndCome() throws Exception {
    Iterator<HostEvent> events =
        HostServiceGrpc.newBlockingStub(cluster.to(manager))
            .watchHosts(WatchHostsRequest.getDefaultInstance());
    assertThat(events.next().getHost().getState()).isEqualTo(HostState.HOST_STATE_UP);
    assertThat(events.next().getSnapshotEnd()).isTrue();
    cluster.killHost("h1");
    assertThat(events.next().getHost().getState()).isEqualTo(HostState.HOST_STATE_LOST);
    cluster.startHost("h1");
    HostEvent back = events.next();
    while (back.getHost().getState() != HostState.HOST_STATE_UP) {
      back = events.next();
    }
    assertThat(back.getSnapshot()).isFalse();
  }

  @Test
  void shouldJoinAClientWithTheConsoleOfTheHost() {
    Domain created = domains.createDomain(domain("a").setStart(true).build());
    Recorder output = new Recorder();
    StreamObserver<ConsoleInput> input =
        DomainServiceGrpc.newStub(cluster.to(manager)).console(output);
    input.onNext(ConsoleInput.newBuilder().setDomain("a").build());
    StringBuilder expected = new StringBuilder("console of " + created.getSpec().getUuid() + "\n");
    for (int i = 0; i < 200; i++) {
      input.onNext(
          ConsoleInput.newBuilder().setData(ByteString.copyFromUtf8("line " + i + "\n")).build());
      expected.append("LINE ").append(i).append('\n');
    }
    await().untilAsserted(() -> assertThat(output.text()).isEqualTo(expected.toString()));
    input.onCompleted();
    assertThat(output.ended).succeedsWithin(5, TimeUnit.SECONDS);
  }

  @Test
  void shouldEndAConsoleWhoseHostGoes() {
    domains.createDomain(domain("a").setStart(true).build());
    Recorder output = new Recorder();
    StreamObserver<ConsoleInput> input =
        DomainServiceGrpc.newStub(cluster.to(manager)).console(output);
    input.onNext(ConsoleInput.newBuilder().setDomain("a").build());
    await().until(() -> !output.text().isEmpty());
    cluster.killHost("h1");
    assertThat(output.ended).failsWithin(5, TimeUnit.SECONDS);
  }

  @Test
  void shouldRefuseTheConsoleOfADomainThatIsNotThere() {
    Recorder output = new Recorder();
    DomainServiceGrpc.newStub(cluster.to(manager))
        .console(output)
        .onNext(ConsoleInput.newBuilder().setDomain("nobody").build());
    assertRefused(
        () -> {
          try {
            output.ended.get(5, TimeUnit.SECONDS);
          } catch (ExecutionException e) {
            throw e.getCause();
          }
        },
        ErrorCode.NOT_FOUND,
        "there is no domain 'nobody'");
  }

  /** Keeps what a console says. */
  private static final class Recorder implements StreamObserver<ConsoleOutput> {
    final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private ByteString received = ByteString.EMPTY;

    @Override
    public synchronized void onNext(ConsoleOutput output) {
      received = received.concat(output.getData());
    }

    synchronized String text() {
      return received.toStringUtf8();
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      ended.complete(true);
    }
  }
}
