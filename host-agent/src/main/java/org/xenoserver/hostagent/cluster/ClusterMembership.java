package org.xenoserver.hostagent.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomains;
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
  private final Joining joining = new Joining();

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
   * Joins the cluster.
   *
   * @param connection ZooKeeper's {@code host:port[,host:port...]}
   * @param leaseTimeout after how long without contact the cluster gives the host up
   * @param host the host as it is now
   * @param monotonicNs the clock of the permit's deadlines
   * @throws ClusterException if the lease is not had within 30 seconds, or another agent of this
   *     name is alive
   */
  public static ClusterMembership join(
      String connection,
      Duration leaseTimeout,
      Supplier<Host> host,
      HostDomains domains,
      RunPermit permit,
      LongSupplier monotonicNs,
      InstantSource dates)
      throws ClusterException, InterruptedException {
    ClusterMembership membership =
        new ClusterMembership(connection, leaseTimeout, host, domains, permit, monotonicNs, dates);
    String name = host.get().getName();
    log.info("joining the cluster at {} as host {}", connection, name);
    membership.loop.execute(membership.agent::start);
    boolean joined = false;
    try {
      membership.joining.await(connection, name, leaseTimeout.plus(EXPIRY_MARGIN));
      joined = true;
      return membership;
    } finally {
      if (!joined) {
        membership.close();
      }
    }
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

  /** Waits for the first time the host is a member. */
  private static final class Joining implements ClusterAgent.Listener {
    private final CompletableFuture<Boolean> joined = new CompletableFuture<>();
    private volatile boolean taken;

    @Override
    public void joined() {
      joined.complete(true);
    }

    @Override
    public void nameTaken() {
      taken = true;
    }

    @Override
    public void refused(String sentence) {
      joined.completeExceptionally(new ClusterException(sentence));
    }

    void await(String connection, String host, Duration otherLease)
        throws ClusterException, InterruptedException {
      long deadlineNs = PATIENCE.toNanos();
      long stepNs = otherLease.toNanos();
      try {
        while (deadlineNs > 0) {
          try {
            var _ = joined.get(Math.min(stepNs, deadlineNs), TimeUnit.NANOSECONDS);
            return;
          } catch (TimeoutException e) {
            deadlineNs -= stepNs;
            if (taken) {
              throw new ClusterException(
                  "host name '"
                      + host
                      + "' is taken: another agent holds its lease; names must differ within a"
                      + " cluster",
                  e);
            }
          }
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof ClusterException refusal
            ? refusal
            : new ClusterException("cannot join the cluster: " + e.getCause(), e);
      }
      throw new ClusterException(
          "cannot join the cluster at %s within %d s: ZooKeeper does not answer, or still has the session of an earlier agent of host '%s'"
              .formatted(connection, PATIENCE.toSeconds(), host));
    }
  }
}
