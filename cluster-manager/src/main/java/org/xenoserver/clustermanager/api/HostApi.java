package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.GetHostRequest;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostEvent;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ListHostsRequest;
import org.xenoserver.proto.v1.ListHostsResponse;
import org.xenoserver.proto.v1.WatchHostsRequest;

/** {@code HostService}, answered from the view. */
public final class HostApi extends HostServiceGrpc.HostServiceImplBase {
  private static final WatchStream.Shape<Host, HostEvent> EVENTS =
      new WatchStream.Shape<>(
          host -> true,
          host -> HostEvent.newBuilder().setHost(host).setSnapshot(true).build(),
          HostEvent.newBuilder().setSnapshotEnd(true).build(),
          host -> HostEvent.newBuilder().setHost(host).build(),
          host -> false);

  private final ClusterView view;

  /** Serves from a view. */
  public HostApi(ClusterView view) {
    this.view = view;
  }

  @Override
  public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> client) {
    ListHostsResponse.Builder response = ListHostsResponse.newBuilder();
    view.hosts().stream().map(HostEntry::host).forEach(response::addHosts);
    client.onNext(response.build());
    client.onCompleted();
  }

  @Override
  public void getHost(GetHostRequest request, StreamObserver<Host> client) {
    HostEntry entry =
        view.host(request.getHost())
            .orElseThrow(() ->
                RpcFailure.of(
                    ErrorCode.NOT_FOUND, "there is no host '%s'".formatted(request.getHost())));
    client.onNext(entry.host());
    client.onCompleted();
  }

  @Override
  public void watchHosts(WatchHostsRequest request, StreamObserver<HostEvent> client) {
    WatchStream.serve(view.watchHosts(), (ServerCallStreamObserver<HostEvent>) client, EVENTS);
  }
}
