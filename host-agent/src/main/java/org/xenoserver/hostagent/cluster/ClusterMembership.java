package org.xenoserver.hostagent.cluster;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Host;

/** This host in its cluster: holds the lease and runs what is assigned, until closed. */
public final class ClusterMembership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterMembership.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int RETRY_FIRST_MS = 50;
  private static final int RETRY_LONGEST_MS = 1_000;
  private static final int RETRIES = 5;

  private final CuratorFramework zookeeper;
  private final Lease lease;
  private final Reconciler reconciler;

  private ClusterMembership(CuratorFramework zookeeper, Lease lease, Reconciler reconciler) {
    this.zookeeper = zookeeper;
    this.lease = lease;
    this.reconciler = reconciler;
  }

  /**
   * Joins the cluster.
   *
   * @param connection ZooKeeper's {@code host:port[,host:port...]}
   * @param leaseTimeout after how long without contact the cluster gives the host up
   * @throws ClusterException if ZooKeeper is not reached within 30 seconds, or another agent of
   *     this name is alive
   */
  public static ClusterMembership join(
      String connection, Duration leaseTimeout, Host host, HostDomains domains, InstantSource clock)
      throws ClusterException, InterruptedException {
    CuratorFramework zookeeper =
        CuratorFrameworkFactory.builder()
            .connectString(connection)
            .namespace(ZooKeeperLayout.NAMESPACE)
            .sessionTimeoutMs((int) leaseTimeout.toMillis())
            .connectionTimeoutMs(CONNECT_TIMEOUT_MS)
            .retryPolicy(
                new BoundedExponentialBackoffRetry(RETRY_FIRST_MS, RETRY_LONGEST_MS, RETRIES))
            .build();
    StatusBoard statuses = new StatusBoard(zookeeper, host.getName());
    Reconciler reconciler = new Reconciler(host.getName(), domains, statuses);
    Lease lease = new Lease(zookeeper, host, leaseTimeout, clock, reconciler::signal);
    zookeeper.start();
    try {
      log.info("joining the cluster at {} as host {}", connection, host.getName());
      if (!zookeeper.blockUntilConnected((int) PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new ClusterException(
            "cannot reach ZooKeeper at " + connection + " within " + PATIENCE.toSeconds() + "s");
      }
      lease.take();
      reconciler.start(new Assignments(zookeeper, host.getName(), reconciler::signal), lease);
    } catch (ClusterException | InterruptedException | RuntimeException e) {
      zookeeper.close();
      throw e;
    }
    return new ClusterMembership(zookeeper, lease, reconciler);
  }

  /** The lease of this host. */
  public Lease lease() {
    return lease;
  }

  /** Takes no more orders; the lease is kept. Idempotent. */
  public void stopReconciling() {
    reconciler.close();
  }

  /** Gives the lease back and leaves. */
  @Override
  public void close() {
    reconciler.close();
    lease.close();
    zookeeper.close();
  }
}
