package org.xenoserver.clustermanager.api;

import io.grpc.stub.StreamObserver;
import org.xenoserver.clustermanager.leader.Leadership;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.Version;

/** {@code ClusterService}: the manager itself. */
public final class ClusterApi extends ClusterServiceGrpc.ClusterServiceImplBase {
  private final Leadership leadership;

  /** Answers for one manager. */
  public ClusterApi(Leadership leadership) {
    this.leadership = leadership;
  }

  @Override
  public void getVersion(GetVersionRequest request, StreamObserver<Version> client) {
    client.onNext(
        Version.newBuilder()
            .setVersion(BuildVersion.CURRENT)
            .setLeader(leadership.leading())
            .build());
    client.onCompleted();
  }
}
