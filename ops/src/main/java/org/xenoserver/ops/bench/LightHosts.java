package org.xenoserver.ops.bench;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.LayoutVersion;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.ThreadEventLoop;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.coordination.ZooKeeperStore;
import org.xenoserver.proto.server.RpcServer;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/**
 * Hosts that only hold leases and agree to everything: one session and one server for all of them.
 */
final class LightHosts implements AutoCloseable {
  private static final int HOSTS_PER_COMMIT = 100;
  private static final int PROCESSORS = 64;
  private static final long MEMORY_BYTES = 256L << 30;
  private static final Duration SESSION = Duration.ofSeconds(30);
  private static final long PATIENCE_S = 60;

  private final ThreadEventLoop loop =
      new ThreadEventLoop("light-hosts", System::nanoTime, InstantSource.system());
  private final RpcServer agents;
  private final ZooKeeperStore store;

  private LightHosts(String zooKeeper) throws IOException {
    agents = RpcServer.on(new Endpoint("127.0.0.1", 0)).service(new Agreeing()).start();
    store = new ZooKeeperStore(zooKeeper, SESSION, loop);
  }

  /** Registers hosts h1, h2, ... and returns once they hold their leases. */
  static LightHosts start(String zooKeeper, int hosts) throws IOException, InterruptedException {
    LightHosts light = new LightHosts(zooKeeper);
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    light.store.open(
        new Store.SessionListener() {
          @Override
          public void connected(Session session) {
            LayoutVersion.ensure(session, found -> light.register(session, 1, hosts, ready));
          }

          @Override
          public void lost(Session session) {
            ready.completeExceptionally(new IOException("the session of the hosts is lost"));
          }
        });
    try {
      ready.get(PATIENCE_S, TimeUnit.SECONDS);
      return light;
    } catch (ExecutionException | TimeoutException e) {
      light.close();
      throw new IOException("the hosts could not be registered: " + e, e);
    }
  }

  private void register(Session session, int from, int hosts, CompletableFuture<Boolean> ready) {
    if (from > hosts) {
      ready.complete(true);
      return;
    }
    List<Write> writes = new ArrayList<>();
    int next = Math.min(hosts + 1, from + HOSTS_PER_COMMIT);
    for (int i = from; i < next; i++) {
      String name = "h" + i;
      byte[] host =
          Host.newBuilder()
              .setName(name)
              .setAddress(agents.endpoint().toString())
              .setProcessors(PROCESSORS)
              .setMemoryBytes(MEMORY_BYTES)
              .setMachine("riscv64")
              .setEngine("software")
              .setIncarnation(name)
              .build()
              .toByteArray();
      writes.add(Write.create(ZooKeeperLayout.assignments(name), new byte[0]));
      writes.add(Write.create(ZooKeeperLayout.statuses(name), new byte[0]));
      writes.add(Write.create(ZooKeeperLayout.host(name), host));
      writes.add(Write.createEphemeral(ZooKeeperLayout.lease(name), host));
    }
    session.commit(
        writes,
        result -> {
          if (result instanceof Commit.Done) {
            register(session, next, hosts, ready);
          } else {
            ready.completeExceptionally(new IOException(result.toString()));
          }
        });
  }

  @Override
  public void close() {
    store.close();
    agents.close();
    loop.close();
  }

  /** Could take everything. */
  private static final class Agreeing extends HostAgentServiceGrpc.HostAgentServiceImplBase {
    @Override
    public void checkHostDomain(
        CheckHostDomainRequest request, StreamObserver<CheckHostDomainResponse> client) {
      client.onNext(CheckHostDomainResponse.getDefaultInstance());
      client.onCompleted();
    }
  }
}
