package org.xenoserver.ops.bench;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.coordination.ThreadEventLoop;
import org.xenoserver.proto.coordination.ZooKeeperStore;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/**
 * Many hosts without hypervisors, as a manager sees hosts: each is registered, holds a lease and
 * proves it, watches its own assignments, answers for what it is assigned with a status, and is
 * asked over gRPC. What a manager cannot see is shared: one gRPC server answers for all of them,
 * and a group of hosts has one ZooKeeper session, whose proofs and statuses travel together.
 */
final class LightHosts implements AutoCloseable {
  private final ThreadEventLoop loop =
      new ThreadEventLoop("light-hosts", System::nanoTime, InstantSource.system());
  private final List<ZooKeeperStore> stores = new ArrayList<>();
  private final List<CompletableFuture<Void>> ready = new ArrayList<>();
  private final Tally tally = new Tally();
  private final Server server;

  /** What all groups of hosts count. */
  static final class Tally {
    final AtomicLong proofs = new AtomicLong();
    final AtomicLong checks = new AtomicLong();
    final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final ReentrantLock takenUpLock = new ReentrantLock();
    private final Condition more = takenUpLock.newCondition();
    private long takenUp;

    /** Counts domains whose hosts have told that they run. */
    void takeUp(int domains) {
      takenUpLock.lock();
      try {
        takenUp += domains;
        more.signalAll();
      } finally {
        takenUpLock.unlock();
      }
    }

    /** Waits until that many domains were taken up; whether they were in time. */
    boolean awaitTakenUp(long domains, Duration patience) throws InterruptedException {
      long leftNs = patience.toNanos();
      takenUpLock.lockInterruptibly();
      try {
        while (takenUp < domains && leftNs > 0) {
          leftNs = more.awaitNanos(leftNs);
        }
        return takenUp >= domains;
      } finally {
        takenUpLock.unlock();
      }
    }

    /** Notes the first thing that went wrong, after which figures mean nothing. */
    void fail(String sentence) {
      if (failure.compareAndSet(null, sentence)) {
        failed.completeExceptionally(new BenchException(sentence));
      }
    }
  }

  private LightHosts(Server server) {
    this.server = server;
  }

  /**
   * Starts hosts, and returns once each has its lease and watches its assignments.
   *
   * @param sessions how many ZooKeeper sessions they share
   */
  static LightHosts start(String zooKeeper, int hosts, int sessions, Duration leaseTimeout)
      throws BenchException, InterruptedException {
    Checks checks = new Checks();
    LightHosts all;
    try {
      all = new LightHosts(serve(checks));
    } catch (IOException e) {
      throw new BenchException("the hosts cannot be reached: " + e.getMessage(), e);
    }
    checks.tally = all.tally;
    boolean started = false;
    try {
      all.join(zooKeeper, hosts, sessions, leaseTimeout);
      started = true;
      return all;
    } finally {
      if (!started) {
        all.close();
      }
    }
  }

  private void join(String zooKeeper, int hosts, int sessions, Duration leaseTimeout)
      throws BenchException, InterruptedException {
    for (int i = 0; i < sessions; i++) {
      LightHostGroup group =
          new LightHostGroup(
              loop,
              (int) ((long) hosts * i / sessions),
              (int) ((long) hosts * (i + 1) / sessions),
              "127.0.0.1:" + server.getPort(),
              leaseTimeout,
              tally);
      ZooKeeperStore store = new ZooKeeperStore(zooKeeper, leaseTimeout, loop);
      stores.add(store);
      ready.add(group.ready());
      store.open(group);
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(ready.toArray(new CompletableFuture<?>[0]));
    try {
      CompletableFuture.anyOf(all, tally.failed).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new BenchException(String.valueOf(tally.failure.get()), e);
    } catch (TimeoutException e) {
      throw new BenchException("the hosts did not get their leases within 60 s", e);
    }
  }

  /** Serves without threads of its own: there is nothing to wait for. */
  private static Server serve(Checks checks) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .directExecutor()
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(checks)
        .build()
        .start();
  }

  /** The name of a host by its number, from 0. */
  static String name(int number) {
    return "h%05d".formatted(number);
  }

  Tally tally() {
    return tally;
  }

  /** Ends all sessions, and so all leases. */
  @Override
  public void close() {
    stores.forEach(ZooKeeperStore::close);
    loop.close();
    server.shutdownNow();
  }

  /** The agents as the manager asks them: every host could take every domain. */
  private static final class Checks extends HostAgentServiceGrpc.HostAgentServiceImplBase {
    private volatile @Nullable Tally tally;

    @Override
    public void checkHostDomain(
        CheckHostDomainRequest request, StreamObserver<CheckHostDomainResponse> client) {
      Tally counted = tally;
      if (counted != null) {
        counted.checks.incrementAndGet();
      }
      client.onNext(CheckHostDomainResponse.getDefaultInstance());
      client.onCompleted();
    }
  }
}
