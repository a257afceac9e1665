package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.ExplainRequest;
import org.xenoserver.proto.v1.ExplainResponse;
import org.xenoserver.proto.v1.GetOperationRequest;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ListOperationsRequest;
import org.xenoserver.proto.v1.ListOperationsResponse;
import org.xenoserver.proto.v1.Operation;
import org.xenoserver.proto.v1.RebalanceRequest;
import org.xenoserver.proto.v1.RebalanceResponse;
import org.xenoserver.proto.v1.ReplayRequest;
import org.xenoserver.proto.v1.ReplayResponse;
import org.xenoserver.proto.v1.VerifyRequest;
import org.xenoserver.proto.v1.VerifyResponse;
import org.xenoserver.proto.v1.Version;
import org.xenoserver.proto.v1.WatchEventsRequest;

/** {@code ClusterService}: the cluster as a whole. */
public final class ClusterApi extends ClusterServiceGrpc.ClusterServiceImplBase {
  private static final int MOVES = 10;
  private static final int MOST_MOVES = 1_000;

  private final Control control;
  private final ClusterView view;
  private final Writes writes;

  /** Answers for one manager. */
  public ClusterApi(Control control, ClusterView view, Writes writes) {
    this.control = control;
    this.view = view;
    this.writes = writes;
  }

  @Override
  public void getVersion(GetVersionRequest request, StreamObserver<Version> client) {
    answer(
        client,
        Version.newBuilder()
            .setVersion(BuildVersion.CURRENT)
            .setLeader(control.leading().here())
            .build());
  }

  @Override
  public void listOperations(
      ListOperationsRequest request, StreamObserver<ListOperationsResponse> client) {
    answer(client, ListOperationsResponse.newBuilder().addAllOperations(view.operations()).build());
  }

  @Override
  public void getOperation(GetOperationRequest request, StreamObserver<Operation> client) {
    answer(
        client,
        view.operation(request.getId())
            .orElseThrow(() ->
                RpcFailure.of(
                    ErrorCode.NOT_FOUND,
                    "there is no operation '%s', or it is no longer kept"
                        .formatted(request.getId()))));
  }

  @Override
  public void watchEvents(WatchEventsRequest request, StreamObserver<Event> client) {
    EventStream.serve(
        view,
        (ServerCallStreamObserver<Event>) client,
        request.getFromRevision(),
        request.getUntilNow());
  }

  @Override
  public void explainDomain(ExplainRequest request, StreamObserver<ExplainResponse> client) {
    answer(
        client,
        writes.ask(
            insight -> insight.explain(request.getDomain()),
            leader -> ClusterServiceGrpc.newBlockingStub(leader).explainDomain(request)));
  }

  @Override
  public void verifyCluster(VerifyRequest request, StreamObserver<VerifyResponse> client) {
    answer(
        client,
        writes.ask(
            insight -> insight.verify(),
            leader -> ClusterServiceGrpc.newBlockingStub(leader).verifyCluster(request)));
  }

  @Override
  public void proposeRebalancing(
      RebalanceRequest request, StreamObserver<RebalanceResponse> client) {
    int most = request.getMost() == 0 ? MOVES : request.getMost();
    if (most < 0 || most > MOST_MOVES) {
      throw RpcFailure.invalid(
          "most",
          "most is %s; it must be at most %d"
              .formatted(Integer.toUnsignedString(most), MOST_MOVES));
    }
    answer(
        client,
        writes.ask(
            insight -> insight.rebalance(most),
            leader -> ClusterServiceGrpc.newBlockingStub(leader).proposeRebalancing(request)));
  }

  @Override
  public void replayDecisions(ReplayRequest request, StreamObserver<ReplayResponse> client) {
    Policy policy = policy(request.getPolicy());
    answer(
        client,
        writes.ask(
            insight -> insight.replay(policy),
            leader -> ClusterServiceGrpc.newBlockingStub(leader).replayDecisions(request)));
  }

  private static Policy policy(String name) {
    try {
      return Policy.named(name);
    } catch (IllegalArgumentException e) {
      throw RpcFailure.invalid(
          "policy", "policy is '%s'; it must be pack, spread or balance".formatted(name));
    }
  }

  private static <T> void answer(StreamObserver<T> client, T message) {
    client.onNext(message);
    client.onCompleted();
  }
}
