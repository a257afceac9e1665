package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.clustermanager.view.HostEntry;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.DrainReport;
import org.xenoserver.proto.v1.GetHostRequest;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostEvent;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.HostSchedule;
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

  private static final Duration VIEW_PATIENCE = Duration.ofSeconds(2);

  private final ClusterView view;
  private final Writes writes;

  /** Serves from a view and through the leader. */
  public HostApi(ClusterView view, Writes writes) {
    this.view = view;
    this.writes = writes;
  }

  @Override
  public void drainHost(HostRequest request, StreamObserver<DrainReport> client) {
    DrainReport report =
        writes.write(
            request.getRequestId(),
            new Command.Drain(request),
            accepted -> accepted.drain().orElseGet(() -> drainReport(request)),
            (leader, id) ->
                HostServiceGrpc.newBlockingStub(leader)
                    .drainHost(request.toBuilder().setRequestId(id).build()));
    client.onNext(report);
    client.onCompleted();
  }

  /** Where the domains that are left can go now. */
  private DrainReport drainReport(HostRequest request) {
    return writes.ask(
        insight -> insight.drain(request.getHost()),
        leader -> HostServiceGrpc.newBlockingStub(leader).drainHost(request));
  }

  @Override
  public void uncordonHost(HostRequest request, StreamObserver<Host> client) {
    var _ =
        writes.write(
            request.getRequestId(),
            new Command.Uncordon(request),
            _ -> true,
            (leader, id) -> {
              var _ =
                  HostServiceGrpc.newBlockingStub(leader)
                      .uncordonHost(request.toBuilder().setRequestId(id).build());
              return true;
            });
    try {
      var _ =
          view.awaitHosts(
              hosts ->
                  hosts.stream()
                      .anyMatch(host ->
                          host.host().getName().equals(request.getHost())
                              && host.host().getSchedule()
                                  == HostSchedule.HOST_SCHEDULE_UNSPECIFIED),
              VIEW_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    getHost(GetHostRequest.newBuilder().setHost(request.getHost()).build(), client);
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
