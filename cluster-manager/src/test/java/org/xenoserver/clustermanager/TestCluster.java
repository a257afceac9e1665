package org.xenoserver.clustermanager;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ListHostsRequest;

/** ZooKeeper, managers and fake hosts in this process. */
final class TestCluster implements AutoCloseable {
  static final long MIB = 1 << 20;
  static final long HOST_MEMORY_BYTES = 1024 * MIB;

  /** What the managers' clock shows. */
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static final int TICK_MS = 100;

  final TestingServer zooKeeper;
  final CuratorFramework store;
  private final Map<String, FakeAgent> agents = new HashMap<>();
  private final List<ClusterManager> managers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Random random;

  TestCluster(String... hosts) throws Exception {
    long seed = 42;
    System.out.println("seed " + seed);
    random = new Random(seed);
    zooKeeper = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, TICK_MS, -1), true);
    store =
        CuratorFrameworkFactory.builder()
            .connectString(zooKeeper.getConnectString())
            .namespace(ZooKeeperLayout.NAMESPACE)
            .retryPolicy(new RetryOneTime(100))
            .build();
    store.start();
    for (String host : hosts) {
      startHost(host);
    }
  }

  FakeAgent startHost(String host) throws Exception {
    FakeAgent agent = FakeAgent.start(zooKeeper.getConnectString(), host, HOST_MEMORY_BYTES);
    agents.put(host, agent);
    return agent;
  }

  FakeAgent host(String host) {
    FakeAgent agent = agents.get(host);
    if (agent == null) {
      throw new IllegalArgumentException(host);
    }
    return agent;
  }

  void killHost(String host) {
    FakeAgent agent = agents.remove(host);
    if (agent != null) {
      agent.close();
    }
  }

  /** Starts a manager and waits until it shows the hosts there are. */
  ClusterManager startManager() throws Exception {
    return startManager(new Endpoint("127.0.0.1", 0));
  }

  ClusterManager startManager(Endpoint listen) throws Exception {
    return startManager(
        new ClusterManagerConfig(
            listen, null, zooKeeper.getConnectString(), Duration.ofSeconds(2)));
  }

  /** Starts one that lets domains of lower priority leave for others. */
  ClusterManager startPreemptingManager() throws Exception {
    return startManager(
        new ClusterManagerConfig(
            new Endpoint("127.0.0.1", 0),
            null,
            zooKeeper.getConnectString(),
            Duration.ofSeconds(2),
            "spread",
            16,
            0,
            Duration.ofMillis(500),
            true));
  }

  private ClusterManager startManager(ClusterManagerConfig config) throws Exception {
    ClusterManager manager =
        ClusterManager.start(
            config,
            Clock.fixed(NOW, ZoneOffset.UTC),
            () -> new UUID(random.nextLong(), random.nextLong()));
    managers.add(manager);
    HostServiceGrpc.HostServiceBlockingStub hosts = HostServiceGrpc.newBlockingStub(to(manager));
    await()
        .until(() ->
            hosts.listHosts(ListHostsRequest.getDefaultInstance()).getHostsCount()
                >= agents.size());
    return manager;
  }

  ManagedChannel to(ClusterManager manager) {
    ManagedChannel channel = Channels.open(manager.endpoint());
    channels.add(channel);
    return channel;
  }

  DomainServiceBlockingStub domains(ClusterManager manager) {
    return DomainServiceGrpc.newBlockingStub(to(manager));
  }

  static CreateDomainRequest.Builder domain(String name) {
    return CreateDomainRequest.newBuilder()
        .setSpec(
            DomainSpec.newBuilder()
                .setName(name)
                .setMemoryBytes(64 * MIB)
                .setVcpus(1)
                .setKernel("/boot/Image"));
  }

  static DomainRequest named(String name) {
    return DomainRequest.newBuilder().setDomain(name).build();
  }

  /** Names of the children of a folder of the layout; none if the folder is missing. */
  List<String> children(String folder) throws Exception {
    return store.checkExists().forPath(folder) == null
        ? List.of()
        : store.getChildren().forPath(folder);
  }

  @Override
  public void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    managers.forEach(ClusterManager::close);
    agents.values().forEach(FakeAgent::close);
    store.close();
    zooKeeper.close();
  }
}
