package org.xenoserver.integrationtests.cluster;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.RpcServer;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.DesiredState;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/** A host without a hypervisor: holds a lease, agrees to every domain, and does what it is told. */
final class FakeHost implements AutoCloseable {
  private static final long MEMORY_BYTES = 64L << 30;
  private static final int PROCESSORS = 16;
  private static final long PATIENCE_S = 10;

  private final String name;
  private final CuratorFramework store;
  private final RpcServer server;
  private final PersistentNode lease;
  private final CuratorCache assignments;

  /** Registers the host and returns once it holds its lease. */
  FakeHost(CuratorFramework store, String name) throws Exception {
    this.store = store;
    this.name = name;
    server = RpcServer.on(new Endpoint("127.0.0.1", 0)).service(new Agreeing()).start();
    byte[] host =
        Host.newBuilder()
            .setName(name)
            .setAddress(server.endpoint().toString())
            .setProcessors(PROCESSORS)
            .setMemoryBytes(MEMORY_BYTES)
            .build()
            .toByteArray();
    for (String folder :
        List.of(ZooKeeperLayout.assignments(name), ZooKeeperLayout.statuses(name))) {
      store.create().orSetData().creatingParentsIfNeeded().forPath(folder);
    }
    store.create().orSetData().creatingParentsIfNeeded().forPath(ZooKeeperLayout.host(name), host);
    lease =
        new PersistentNode(store, CreateMode.EPHEMERAL, false, ZooKeeperLayout.lease(name), host);
    lease.start();
    if (!lease.waitForInitialCreate(PATIENCE_S, TimeUnit.SECONDS)) {
      throw new IllegalStateException("host " + name + " got no lease");
    }
    assignments = CuratorCache.build(store, ZooKeeperLayout.assignments(name));
    assignments
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((old, node) -> follow(node.getPath(), node.getData()))
                .forDeletes(node -> forget(node.getPath()))
                .build());
    assignments.start();
  }

  private void follow(String path, byte[] data) {
    if (path.equals(ZooKeeperLayout.assignments(name))) {
      return;
    }
    try {
      DomainRecord record = DomainRecord.parseFrom(data);
      Domain status =
          Domain.newBuilder()
              .setSpec(record.getSpec())
              .setEpoch(record.getEpoch())
              .setState(
                  record.getDesired() == DesiredState.DESIRED_STATE_DESTROYED
                      ? DomainState.DOMAIN_STATE_DESTROYED
                      : DomainState.DOMAIN_STATE_DEFINED)
              .build();
      store
          .create()
          .orSetData()
          .inBackground()
          .forPath(ZooKeeperLayout.status(name, record.getSpec().getUuid()), status.toByteArray());
    } catch (Exception e) {
      throw new IllegalStateException("host " + name + " cannot follow " + path, e);
    }
  }

  private void forget(String path) {
    String uuid = path.substring(path.lastIndexOf('/') + 1);
    try {
      store.delete().quietly().inBackground().forPath(ZooKeeperLayout.status(name, uuid));
    } catch (Exception e) {
      throw new IllegalStateException("host " + name + " cannot forget " + path, e);
    }
  }

  @Override
  public void close() throws Exception {
    assignments.close();
    lease.close();
    server.close();
  }

  private static final class Agreeing extends HostAgentServiceGrpc.HostAgentServiceImplBase {
    @Override
    public void checkHostDomain(
        CheckHostDomainRequest request, StreamObserver<CheckHostDomainResponse> client) {
      client.onNext(CheckHostDomainResponse.getDefaultInstance());
      client.onCompleted();
    }
  }
}
