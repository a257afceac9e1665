package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.xenoserver.clustermanager.agents.HostAgents;
import org.xenoserver.clustermanager.domains.Creation;
import org.xenoserver.clustermanager.domains.Request;
import org.xenoserver.clustermanager.domains.Steering;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.DomainEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.ListDomainsResponse;
import org.xenoserver.proto.v1.WatchDomainsRequest;

/** {@code DomainService}: reads from the view, writes through the leader. */
public final class DomainApi extends DomainServiceGrpc.DomainServiceImplBase {
  /** How long this manager's view may lag behind what the leader answered. */
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(2);

  private final ClusterView view;
  private final Writes writes;
  private final Creation creation;
  private final Steering steering;
  private final HostAgents agents;

  /** Serves from a view and through the parts that write. */
  public DomainApi(
      ClusterView view, Writes writes, Creation creation, Steering steering, HostAgents agents) {
    this.view = view;
    this.writes = writes;
    this.creation = creation;
    this.steering = steering;
    this.agents = agents;
  }

  @Override
  public void createDomain(CreateDomainRequest request, StreamObserver<Domain> client) {
    Domain created =
        writes.write(
            term -> creation.create(term, request), leader -> leader.createDomain(request));
    answer(client, created, Optional::isPresent);
  }

  @Override
  public void getDomain(DomainRequest request, StreamObserver<Domain> client) {
    client.onNext(find(request.getDomain()).domain());
    client.onCompleted();
  }

  @Override
  public void listDomains(ListDomainsRequest request, StreamObserver<ListDomainsResponse> client) {
    client.onNext(ListDomainsResponse.newBuilder().addAllDomains(view.domains()).build());
    client.onCompleted();
  }

  @Override
  public void startDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.START, leader -> leader.startDomain(request), client);
  }

  @Override
  public void pauseDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.PAUSE, leader -> leader.pauseDomain(request), client);
  }

  @Override
  public void unpauseDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.UNPAUSE, leader -> leader.unpauseDomain(request), client);
  }

  @Override
  public void shutdownDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.SHUTDOWN, leader -> leader.shutdownDomain(request), client);
  }

  @Override
  public void destroyDomain(DomainRequest request, StreamObserver<Domain> client) {
    Domain destroyed =
        writes.write(
            term -> steering.destroy(term, request.getDomain()),
            leader -> leader.destroyDomain(request));
    boolean gone = destroyed.getState() == DomainState.DOMAIN_STATE_DESTROYED;
    answer(client, destroyed, gone ? Optional::isEmpty : entry -> true);
  }

  private void steer(
      DomainRequest request,
      Request asked,
      Function<DomainServiceBlockingStub, Domain> elsewhere,
      StreamObserver<Domain> client) {
    Domain domain =
        writes.write(term -> steering.steer(term, request.getDomain(), asked), elsewhere);
    answer(client, domain, entry -> entry.isEmpty() || entry.get().state() == domain.getState());
  }

  /** Answers once this manager's own view shows the same, so that a client reads what it wrote. */
  private void answer(
      StreamObserver<Domain> client, Domain domain, Predicate<Optional<DomainEntry>> seen) {
    try {
      view.await(domain.getSpec().getUuid(), seen, VIEW_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.onNext(domain);
    client.onCompleted();
  }

  @Override
  public void watchDomains(WatchDomainsRequest request, StreamObserver<DomainEvent> client) {
    Predicate<Domain> wanted = domain -> true;
    boolean one = !request.getDomain().isEmpty();
    if (one) {
      String uuid = find(request.getDomain()).uuid();
      wanted = domain -> domain.getSpec().getUuid().equals(uuid);
    }
    WatchStream.serve(
        view.watchDomains(),
        (ServerCallStreamObserver<DomainEvent>) client,
        new WatchStream.Shape<>(
            wanted,
            domain -> DomainEvent.newBuilder().setDomain(domain).setSnapshot(true).build(),
            DomainEvent.newBuilder().setSnapshotEnd(true).build(),
            domain -> DomainEvent.newBuilder().setDomain(domain).build(),
            domain -> one && domain.getState() == DomainState.DOMAIN_STATE_DESTROYED));
  }

  @Override
  public StreamObserver<ConsoleInput> console(StreamObserver<ConsoleOutput> client) {
    return ConsoleProxy.join((ServerCallStreamObserver<ConsoleOutput>) client, view, agents);
  }

  private DomainEntry find(String nameOrUuid) {
    return view.find(nameOrUuid)
        .orElseThrow(() ->
            RpcFailure.of(ErrorCode.NOT_FOUND, "there is no domain '%s'".formatted(nameOrUuid)));
  }
}
