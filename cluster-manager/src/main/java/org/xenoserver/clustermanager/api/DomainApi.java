package org.xenoserver.clustermanager.api;

import io.grpc.Channel;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.xenoserver.clustermanager.agents.HostAgents;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.domains.Request;
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
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.OperationState;
import org.xenoserver.proto.v1.WatchDomainsRequest;

/** {@code DomainService}: reads from the view, writes through the leader. */
public final class DomainApi extends DomainServiceGrpc.DomainServiceImplBase {
  /** How long this manager's view may lag behind what the leader answered. */
  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(2);

  /** How long an answer waits for the host to take the domain up; PENDING is answered after it. */
  private static final Duration UPTAKE_PATIENCE = Duration.ofSeconds(2);

  /** How long an answer waits for the host to follow; the domain as it is is answered after it. */
  private static final Duration FOLLOW_PATIENCE = Duration.ofSeconds(10);

  private static final Duration FORWARD_PATIENCE = Duration.ofSeconds(30);

  private final ClusterView view;
  private final Writes writes;
  private final HostAgents agents;

  /** Serves from a view and through the leader. */
  public DomainApi(ClusterView view, Writes writes, HostAgents agents) {
    this.view = view;
    this.writes = writes;
    this.agents = agents;
  }

  private static DomainServiceBlockingStub stub(Channel leader) {
    return DomainServiceGrpc.newBlockingStub(leader)
        .withDeadlineAfter(FORWARD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void createDomain(CreateDomainRequest request, StreamObserver<Domain> client) {
    Domain created =
        writes.write(
            request.getRequestId(),
            new Command.Create(request),
            accepted ->
                request.getNoWait()
                    ? accepted.operation().getDomain()
                    : awaitUptake(accepted.operation(), request.getStart()),
            (leader, id) ->
                stub(leader).createDomain(request.toBuilder().setRequestId(id).build()));
    if (request.getNoWait()) {
      client.onNext(created);
      client.onCompleted();
    } else {
      answer(client, created, Optional::isPresent);
    }
  }

  private Domain awaitUptake(Operation operation, boolean start) throws InterruptedException {
    return view.await(operation.getDomainUuid(), entry -> settled(entry, start), UPTAKE_PATIENCE)
        .map(DomainEntry::domain)
        .orElseGet(() -> gone(operation));
  }

  private static boolean settled(Optional<DomainEntry> entry, boolean start) {
    if (entry.isEmpty()) {
      return true;
    }
    DomainState state = entry.get().state();
    return state != DomainState.DOMAIN_STATE_PENDING
        && (!start || state != DomainState.DOMAIN_STATE_DEFINED);
  }

  /** A domain that is there no more when a request is answered once more. */
  private static Domain gone(Operation operation) {
    return operation.getDomain().toBuilder().setState(DomainState.DOMAIN_STATE_DESTROYED).build();
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
    steer(request, Request.START, DomainServiceBlockingStub::startDomain, client);
  }

  @Override
  public void pauseDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.PAUSE, DomainServiceBlockingStub::pauseDomain, client);
  }

  @Override
  public void unpauseDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.UNPAUSE, DomainServiceBlockingStub::unpauseDomain, client);
  }

  @Override
  public void shutdownDomain(DomainRequest request, StreamObserver<Domain> client) {
    steer(request, Request.SHUTDOWN, DomainServiceBlockingStub::shutdownDomain, client);
  }

  @Override
  public void destroyDomain(DomainRequest request, StreamObserver<Domain> client) {
    Domain destroyed =
        writes.write(
            request.getRequestId(),
            new Command.Destroy(request),
            accepted ->
                view.await(accepted.operation().getDomainUuid(), Optional::isEmpty, FOLLOW_PATIENCE)
                    .map(DomainEntry::domain)
                    .orElseGet(() -> gone(accepted.operation())),
            (leader, id) ->
                stub(leader).destroyDomain(request.toBuilder().setRequestId(id).build()));
    boolean gone = destroyed.getState() == DomainState.DOMAIN_STATE_DESTROYED;
    answer(client, destroyed, gone ? Optional::isEmpty : entry -> true);
  }

  private void steer(
      DomainRequest request,
      Request asked,
      BiFunction<DomainServiceBlockingStub, DomainRequest, Domain> elsewhere,
      StreamObserver<Domain> client) {
    Domain domain =
        writes.write(
            request.getRequestId(),
            new Command.Steer(asked, request),
            accepted -> awaitFollowed(accepted.operation()),
            (leader, id) ->
                elsewhere.apply(stub(leader), request.toBuilder().setRequestId(id).build()));
    answer(client, domain, entry -> entry.isEmpty() || entry.get().state() == domain.getState());
  }

  private Domain awaitFollowed(Operation operation) throws InterruptedException {
    String uuid = operation.getDomainUuid();
    var _ =
        view.await(
            uuid,
            operation.getId(),
            (entry, now) ->
                entry.isEmpty()
                    || now.isPresent()
                        && now.get().getState() != OperationState.OPERATION_STATE_RUNNING,
            FOLLOW_PATIENCE);
    Optional<Operation> after = view.operation(operation.getId());
    if (after.isPresent() && after.get().getState() == OperationState.OPERATION_STATE_FAILED) {
      throw RpcFailure.of(ErrorCode.WRONG_STATE, after.get().getReason());
    }
    return view.find(uuid).map(DomainEntry::domain).orElseGet(() -> gone(operation));
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
