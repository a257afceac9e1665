package org.xenoserver.hostagent.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.ThreadEventLoop;
import org.xenoserver.proto.coordination.ZooKeeperStore;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.vmm.domain.RunPermit;

/** This host in its cluster, with real clocks and a real ZooKeeper, until closed. */
public final class ClusterMembership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterMembership.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(3);

  /** An ended session is noticed by ZooKeeper up to this long after its timeout. */
  private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(3);

  private final ThreadEventLoop loop;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("agent-reconciler").factory());
  private final ZooKeeperStore store;
  private final ClusterAgent agent;
  private final Joining joining;

  private ClusterMembership(
      String connection,
      Duration leaseTimeout,
      Supplier<Host> host,
      HostDomains domains,
      RunPermit permit,
      LongSupplier monotonicNs,
      InstantSource dates) {
    loop = new ThreadEventLoop("agent-loop", monotonicNs, dates);
    store = new ZooKeeperStore(connection, leaseTimeout, loop);
    joining = new Joining(loop, host.get().getName(), leaseTimeout.plus(EXPIRY_MARGIN));
    agent =
        new ClusterAgent(
            loop,
            store,
            worker,
            domains,
            permit,
            host,
            AgentSettings.of(UUID.randomUUID().toString(), leaseTimeout),
            joining);
  }

  /**
   * Begins to join the cluster.
   *
   * @param connection ZooKeeper's {@code host:port[,host:port...]}
   * @param leaseTimeout after how long without contact the cluster gives the host up
   * @param host the host as it is now
   * @param monotonicNs the clock of the permit's deadlines
   */
  public static ClusterMembership join(
      String connection,
      Duration leaseTimeout,
      Supplier<Host> host,
      HostDomains domains,
      RunPermit permit,
      LongSupplier monotonicNs,
      InstantSource dates) {
    ClusterMembership membership =
        new ClusterMembership(connection, leaseTimeout, host, domains, permit, monotonicNs, dates);
    log.info("joining the cluster at {} as host {}", connection, host.get().getName());
    membership.loop.execute(membership.agent::start);
    return membership;
  }

  /**
   * Completes when the host is a member for the first time; fails with a {@link ClusterException}
   * if another agent of its name lives, or the store is not for this program.
   */
  public CompletableFuture<?> joined() {
    return joining.joined;
  }

  /** Takes no more orders; the lease is kept. Idempotent. */
  public void stopReconciling() {
    loop.execute(agent::stopReconciling);
    worker.shutdown();
    try {
      if (!worker.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the reconciler does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the lease back and leaves. */
  @Override
  public void close() {
    stopReconciling();
    CountDownLatch left = new CountDownLatch(1);
    loop.execute(() -> agent.giveBack(left::countDown));
    try {
      if (!left.await(LEAVE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the lease is left to expire");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
    loop.close();
  }

  /** Completes the first time the host is a member. */
  private static final class Joining implements ClusterAgent.Listener {
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private final EventLoop loop;
    private final String host;
    private final long patienceNs;
    private @Nullable Long takenSinceNs;

    /** Waits so long for another agent that ends, or whose lease does. */
    Joining(EventLoop loop, String host, Duration patience) {
      this.loop = loop;
      this.host = host;
      this.patienceNs = patience.toNanos();
    }

    @Override
    public void joined() {
      joined.complete(true);
    }

    @Override
    public void nameTaken() {
      long nowNs = loop.monotonicNs();
      if (takenSinceNs == null) {
        takenSinceNs = nowNs;
      }
      if (nowNs - takenSinceNs >= patienceNs) {
        refused(
            "host name '%s' is taken: another agent holds its lease; names must differ within a cluster"
                .formatted(host));
      }
    }

    @Override
    public void refused(String sentence) {
      joined.completeExceptionally(new ClusterException(sentence));
    }
  }
}
