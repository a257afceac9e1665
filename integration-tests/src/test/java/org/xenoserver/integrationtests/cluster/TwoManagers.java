package org.xenoserver.integrationtests.cluster;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.xenoserver.clustermanager.ClusterManager;
import org.xenoserver.clustermanager.ClusterManagerConfig;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ProjectRecord;

/** ZooKeeper, two managers of which the first leads, and fake hosts. */
final class TwoManagers implements AutoCloseable {
  private static final int TICK_MS = 100;
  private static final Duration SESSION = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestingServer zooKeeper;
  private final CuratorFramework store;
  private final List<FakeHost> hosts = new ArrayList<>();
  private final List<ClusterManager> managers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  TwoManagers(int hostCount) throws Exception {
    zooKeeper = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, TICK_MS, -1), true);
    store =
        CuratorFrameworkFactory.builder()
            .connectString(zooKeeper.getConnectString())
            .namespace(ZooKeeperLayout.NAMESPACE)
            .retryPolicy(new RetryOneTime(TICK_MS))
            .build();
    store.start();
    for (int i = 1; i <= hostCount; i++) {
      hosts.add(new FakeHost(store, "h" + i));
    }
    start();
    await().atMost(PATIENCE).until(() -> leads(0));
    start();
  }

  private void start() throws Exception {
    ClusterManager manager =
        ClusterManager.start(
            new ClusterManagerConfig(
                new Endpoint("127.0.0.1", 0), null, zooKeeper.getConnectString(), SESSION));
    managers.add(manager);
    channels.add(Channels.open(manager.endpoint()));
    if (!manager.awaitHosts(hosts.size(), PATIENCE)) {
      throw new IllegalStateException("a manager does not see all hosts");
    }
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
    return ProjectRecord.parseFrom(store.getData().forPath(ZooKeeperLayout.project(name)));
  }

  /** The domains ZooKeeper holds. */
  List<DomainSpec> storedDomains() throws Exception {
    List<DomainSpec> specs = new ArrayList<>();
    for (String uuid : store.getChildren().forPath(ZooKeeperLayout.DOMAINS)) {
      byte[] data = store.getData().forPath(ZooKeeperLayout.domain(uuid));
      specs.add(DomainRecord.parseFrom(data).getSpec());
    }
    return specs;
  }

  @Override
  public void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    managers.forEach(ClusterManager::close);
    for (FakeHost host : hosts) {
      host.close();
    }
    store.close();
    zooKeeper.close();
  }
}
