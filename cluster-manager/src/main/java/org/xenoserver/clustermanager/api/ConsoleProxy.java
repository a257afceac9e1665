package org.xenoserver.clustermanager.api;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.agents.HostAgents;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.DomainEntry;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/**
 * Joins a client's console stream with the one of the domain's host. At most one message per
 * direction is kept here: the next is asked for when the other side can take it. gRPC calls each
 * side's methods one at a time; what both sides use is atomic.
 */
final class ConsoleProxy implements StreamObserver<ConsoleInput> {
  private final ServerCallStreamObserver<ConsoleOutput> client;
  private final ClusterView view;
  private final HostAgents agents;
  private final AtomicBoolean clientDone = new AtomicBoolean();
  private final AtomicBoolean clientOwesRequest = new AtomicBoolean();
  private final AtomicBoolean hostOwesRequest = new AtomicBoolean();
  private volatile @Nullable ClientCallStreamObserver<ConsoleInput> host;

  private ConsoleProxy(
      ServerCallStreamObserver<ConsoleOutput> client, ClusterView view, HostAgents agents) {
    this.client = client;
    this.view = view;
    this.agents = agents;
  }

  /** Serves a client; the first message says which domain it is for. */
  static StreamObserver<ConsoleInput> join(
      ServerCallStreamObserver<ConsoleOutput> client, ClusterView view, HostAgents agents) {
    ConsoleProxy proxy = new ConsoleProxy(client, view, agents);
    client.disableAutoRequest();
    client.setOnReadyHandler(proxy::clientCanTakeMore);
    client.setOnCancelHandler(() -> proxy.leaveHost("the client left"));
    client.request(1);
    return proxy;
  }

  @Override
  public void onNext(ConsoleInput input) {
    ClientCallStreamObserver<ConsoleInput> to = host;
    if (to == null) {
      open(input);
      return;
    }
    to.onNext(input);
    clientOwesRequest.set(true);
    hostCanTakeMore(to);
  }

  @Override
  public void onError(Throwable failure) {
    leaveHost("the client left");
  }

  @Override
  public void onCompleted() {
    ClientCallStreamObserver<ConsoleInput> to = host;
    if (to != null) {
      to.onCompleted();
    } else if (clientDone.compareAndSet(false, true)) {
      client.onError(
          RpcFailure.invalid("domain", "the first message must name a domain").toStatus());
    }
  }

  private void open(ConsoleInput first) {
    Host at;
    String uuid;
    try {
      DomainEntry entry =
          view.find(first.getDomain())
              .orElseThrow(() ->
                  RpcFailure.of(
                      ErrorCode.NOT_FOUND, "there is no domain '%s'".formatted(first.getDomain())));
      uuid = entry.uuid();
      at = hostOf(entry);
      // The stub calls beforeStart before it returns.
      HostAgentServiceGrpc.newStub(agents.channel(at)).hostConsole(new FromHost(at));
    } catch (RpcFailure e) {
      fail(e);
      return;
    }
    ClientCallStreamObserver<ConsoleInput> to = host;
    if (to != null) {
      to.request(1);
      to.onNext(first.toBuilder().setDomain(uuid).build());
      clientOwesRequest.set(true);
      hostCanTakeMore(to);
    }
  }

  private Host hostOf(DomainEntry entry) {
    String name = entry.name();
    if (entry.state() == DomainState.DOMAIN_STATE_LOST) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE,
          "domain '%s' is LOST: %s".formatted(name, entry.domain().getReason()));
    }
    return view.host(entry.domain().getHost())
        .map(HostEntry::host)
        .orElseThrow(() ->
            RpcFailure.of(
                ErrorCode.UNAVAILABLE,
                "host %s of domain '%s' is gone".formatted(entry.domain().getHost(), name)));
  }

  private void hostCanTakeMore(ClientCallStreamObserver<ConsoleInput> to) {
    if (to.isReady() && clientOwesRequest.compareAndSet(true, false)) {
      client.request(1);
    }
  }

  private void clientCanTakeMore() {
    ClientCallStreamObserver<ConsoleInput> from = host;
    if (from != null && client.isReady() && hostOwesRequest.compareAndSet(true, false)) {
      from.request(1);
    }
  }

  private void leaveHost(String why) {
    clientDone.set(true);
    ClientCallStreamObserver<ConsoleInput> to = host;
    if (to != null) {
      to.cancel(why, null);
    }
  }

  private void fail(RpcFailure failure) {
    if (clientDone.compareAndSet(false, true)) {
      client.onError(failure.toStatus());
    }
  }

  /** What the host sends. */
  private final class FromHost implements ClientResponseObserver<ConsoleInput, ConsoleOutput> {
    private final Host at;

    FromHost(Host at) {
      this.at = at;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ConsoleInput> stream) {
      stream.disableAutoRequestWithInitial(0);
      stream.setOnReadyHandler(() -> hostCanTakeMore(stream));
      host = stream;
    }

    @Override
    public void onNext(ConsoleOutput output) {
      if (!clientDone.get()) {
        client.onNext(output);
        hostOwesRequest.set(true);
        clientCanTakeMore();
      }
    }

    @Override
    public void onError(Throwable failure) {
      fail(HostAgents.refusal(at, failure));
    }

    @Override
    public void onCompleted() {
      if (clientDone.compareAndSet(false, true)) {
        client.onCompleted();
      }
    }
  }
}
