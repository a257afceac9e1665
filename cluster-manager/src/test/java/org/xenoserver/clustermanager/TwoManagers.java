package org.xenoserver.clustermanager;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ProjectRecord;

/** Three hosts and two managers, of which the first leads. */
final class TwoManagers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestCluster cluster = new TestCluster("h1", "h2", "h3");
  private final List<ClusterManager> managers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  TwoManagers() throws Exception {
    start();
    await().atMost(PATIENCE).until(() -> leads(0));
    start();
  }

  private void start() throws Exception {
    ClusterManager manager = cluster.startManager();
    managers.add(manager);
    channels.add(cluster.to(manager));
  }

  /** A channel to manager 0 or 1, shared. */
  ManagedChannel channel(int manager) {
    return channels.get(manager);
  }

  /** A channel to manager 0 or 1 that is the caller's to close. */
  ManagedChannel ownChannel(int manager) {
    return Channels.open(managers.get(manager).endpoint());
  }

  boolean leads(int manager) {
    return ClusterServiceGrpc.newBlockingStub(channel(manager))
        .getVersion(GetVersionRequest.getDefaultInstance())
        .getLeader();
  }

  void closeManager(int manager) {
    managers.get(manager).close();
  }

  /** A project as ZooKeeper holds it. */
  ProjectRecord storedProject(String name) throws Exception {
    return ProjectRecord.parseFrom(cluster.store.getData().forPath(ZooKeeperLayout.project(name)));
  }

  /** The domains ZooKeeper holds. */
  List<DomainSpec> storedDomains() throws Exception {
    List<DomainSpec> specs = new ArrayList<>();
    for (String uuid : cluster.children(ZooKeeperLayout.DOMAINS)) {
      byte[] data = cluster.store.getData().forPath(ZooKeeperLayout.domain(uuid));
      specs.add(DomainRecord.parseFrom(data).getSpec());
    }
    return specs;
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
