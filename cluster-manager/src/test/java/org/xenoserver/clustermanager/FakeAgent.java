package org.xenoserver.clustermanager;

import static com.google.common.util.concurrent.Uninterruptibles.awaitUninterruptibly;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.RpcServer;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRecord;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/**
 * A host without a hypervisor: holds a lease, answers checks, shows at once whatever state its
 * assignments ask for, and has consoles that answer in upper case.
 */
final class FakeAgent implements AutoCloseable {
  /** Kernels of this path are missing on every fake host. */
  static final String MISSING_KERNEL = "/boot/missing";

  /** Guests of domains whose name begins so do not listen to a request to shut down. */
  static final String DEAF = "deaf";

  private final String name;
  private final RpcServer server;
  private final CuratorFramework client;
  private final CuratorCache assignments;
  private final AtomicInteger checksBegun = new AtomicInteger();
  private volatile CountDownLatch checks = new CountDownLatch(0);
  private final Set<String> missingFiles = ConcurrentHashMap.newKeySet();

  private FakeAgent(String name, RpcServer server, CuratorFramework client) {
    this.name = name;
    this.server = server;
    this.client = client;
    this.assignments = CuratorCache.build(client, ZooKeeperLayout.assignments(name));
    missingFiles.add(MISSING_KERNEL);
  }

  static FakeAgent start(String zooKeeper, String name, long memoryBytes) throws Exception {
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(zooKeeper)
            .namespace(ZooKeeperLayout.NAMESPACE)
            .sessionTimeoutMs(2_000)
            .retryPolicy(new RetryOneTime(100))
            .build();
    client.start();
    Service service = new Service();
    RpcServer server = RpcServer.on(new Endpoint("127.0.0.1", 0)).service(service).start();
    FakeAgent agent = new FakeAgent(name, server, client);
    service.agent = agent;
    agent.join(memoryBytes);
    return agent;
  }

  /** Has checks wait for {@link #answerChecks}. */
  void holdChecks() {
    checks = new CountDownLatch(1);
  }

  void answerChecks() {
    checks.countDown();
  }

  /** How many checks it was asked for. */
  int checksBegun() {
    return checksBegun.get();
  }

  private void join(long memoryBytes) throws Exception {
    byte[] host =
        Host.newBuilder()
            .setName(name)
            .setAddress(server.endpoint().toString())
            .setProcessors(2)
            .setMemoryBytes(memoryBytes)
            .build()
            .toByteArray();
    for (String folder :
        List.of(ZooKeeperLayout.assignments(name), ZooKeeperLayout.statuses(name))) {
      client.create().orSetData().creatingParentsIfNeeded().forPath(folder);
    }
    client.create().orSetData().creatingParentsIfNeeded().forPath(ZooKeeperLayout.host(name), host);
    // Ends with the session, and is taken again if that expires.
    PersistentNode lease =
        new PersistentNode(client, CreateMode.EPHEMERAL, false, ZooKeeperLayout.lease(name), host);
    lease.start();
    if (!lease.waitForInitialCreate(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("host " + name + " got no lease");
    }
    assignments
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((old, node) -> follow(node.getPath(), node.getData()))
                .forDeletes(node -> drop(node.getPath()))
                .build());
    assignments.start();
  }

  private void follow(String path, byte[] data) {
    if (path.equals(ZooKeeperLayout.assignments(name))) {
      return;
    }
    try {
      DomainRecord record = DomainRecord.parseFrom(data);
      String status = ZooKeeperLayout.status(name, record.getSpec().getUuid());
      Domain.Builder domain =
          Domain.newBuilder().setSpec(record.getSpec()).setEpoch(record.getEpoch());
      switch (record.getDesired()) {
        case DESIRED_STATE_DEFINED -> domain.setState(DomainState.DOMAIN_STATE_DEFINED);
        case DESIRED_STATE_RUNNING -> domain.setState(DomainState.DOMAIN_STATE_RUNNING);
        case DESIRED_STATE_PAUSED -> domain.setState(DomainState.DOMAIN_STATE_PAUSED);
        case DESIRED_STATE_STOPPED -> {
          if (record.getSpec().getName().startsWith(DEAF)) {
            domain
                .setState(DomainState.DOMAIN_STATE_RUNNING)
                .setReason("the guest does not listen");
          } else {
            domain.setState(DomainState.DOMAIN_STATE_STOPPED);
          }
        }
        case DESIRED_STATE_DESTROYED -> domain.setState(DomainState.DOMAIN_STATE_DESTROYED);
        case DESIRED_STATE_UNSPECIFIED, UNRECOGNIZED ->
            throw new IllegalStateException("no desired state in " + path);
      }
      client.create().orSetData().inBackground().forPath(status, domain.build().toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(path, e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot write the status of " + path, e);
    }
  }

  /** What is no longer assigned has no status. */
  private void drop(String path) {
    String uuid = path.substring(path.lastIndexOf('/') + 1);
    try {
      client.delete().quietly().inBackground().forPath(ZooKeeperLayout.status(name, uuid));
    } catch (Exception e) {
      throw new IllegalStateException("cannot delete the status of " + path, e);
    }
  }

  /** Lets a file be missing on this host only. */
  void lose(String file) {
    missingFiles.add(file);
  }

  /** Lets a domain be in a state by itself. */
  void show(Domain domain, DomainState state, String reason) throws Exception {
    client
        .setData()
        .forPath(
            ZooKeeperLayout.status(name, domain.getSpec().getUuid()),
            domain.toBuilder().setState(state).setReason(reason).build().toByteArray());
  }

  /** Ends as a killed process does once its session has expired: only the lease goes. */
  @Override
  public void close() {
    assignments.close();
    client.close();
    server.close();
  }

  private static final class Service extends HostAgentServiceGrpc.HostAgentServiceImplBase {
    private volatile @Nullable FakeAgent agent;

    @Override
    public void checkHostDomain(
        CheckHostDomainRequest request, StreamObserver<CheckHostDomainResponse> client) {
      FakeAgent host = agent;
      String kernel = request.getSpec().getKernel();
      if (host != null) {
        host.checksBegun.incrementAndGet();
        awaitUninterruptibly(host.checks);
      }
      if (host != null && host.missingFiles.contains(kernel)) {
        throw RpcFailure.of(
            ErrorCode.NOT_FOUND, "kernel " + kernel + " is not on host " + host.name);
      }
      client.onNext(CheckHostDomainResponse.getDefaultInstance());
      client.onCompleted();
    }

    @Override
    public StreamObserver<ConsoleInput> hostConsole(StreamObserver<ConsoleOutput> client) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ConsoleInput input) {
          if (!input.getDomain().isEmpty()) {
            client.onNext(output("console of " + input.getDomain() + "\n"));
          }
          if (!input.getData().isEmpty()) {
            client.onNext(output(input.getData().toStringUtf8().toUpperCase(Locale.ROOT)));
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          client.onCompleted();
        }
      };
    }

    private static ConsoleOutput output(String text) {
      return ConsoleOutput.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }
  }
}
