package org.xenoserver.hostagent.cluster;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Host;

/**
 * This host's lease: an ephemeral node that lives as long as the agent's ZooKeeper session. Knows
 * whether it is held; whatever must not happen on two hosts at once asks it first. Lost with the
 * session, it is taken again by itself as soon as there is a new one.
 */
public final class Lease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  /** An ended session is noticed by ZooKeeper up to this long after its timeout. */
  private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(3);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final CuratorFramework zookeeper;
  private final Host host;
  private final String path;
  private final Duration timeout;
  private final InstantSource clock;
  private final Runnable changed;
  private final Semaphore wake = new Semaphore(0);
  private final ConnectionStateListener listener = (client, state) -> connection(state);
  private volatile boolean held;
  private volatile boolean closed;
  private @Nullable Thread keeper;

  /**
   * A lease not taken yet.
   *
   * @param host what the cluster is to know of this host
   * @param timeout the session's timeout
   * @param changed called after the lease was taken or lost; must not block
   */
  Lease(
      CuratorFramework zookeeper,
      Host host,
      Duration timeout,
      InstantSource clock,
      Runnable changed) {
    this.zookeeper = zookeeper;
    this.host = host;
    this.path = ZooKeeperLayout.lease(host.getName());
    this.timeout = timeout;
    this.clock = clock;
    this.changed = changed;
  }

  /** Whether the cluster counts on this host at this moment, as far as it can know. */
  public boolean held() {
    return held;
  }

  /**
   * Takes the lease. If an earlier process of this host was killed, its lease is waited out.
   *
   * @throws ClusterException if another agent keeps a lease of the same name alive
   */
  void take() throws ClusterException, InterruptedException {
    Duration patience = timeout.plus(EXPIRY_MARGIN);
    long deadlineNs = System.nanoTime() + patience.toNanos();
    zookeeper.getConnectionStateListenable().addListener(listener);
    try {
      while (!tryTake()) {
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
          throw new ClusterException(
              "host name '"
                  + host.getName()
                  + "' is taken: another agent holds its lease; names must differ within a"
                  + " cluster");
        }
        awaitEndOfOther(leftNs);
      }
    } catch (ClusterException | InterruptedException e) {
      zookeeper.getConnectionStateListenable().removeListener(listener);
      throw e;
    } catch (Exception e) {
      zookeeper.getConnectionStateListenable().removeListener(listener);
      throw new ClusterException("cannot register in ZooKeeper: " + e.getMessage(), e);
    }
    keeper = Thread.ofPlatform().daemon().name("agent-lease").start(this::keep);
  }

  /** Waits for another's lease to end, or for the time to pass. */
  private void awaitEndOfOther(long atMostNs) throws Exception {
    Semaphore ended = new Semaphore(0);
    Watcher watcher = event -> ended.release();
    if (zookeeper.checkExists().usingWatcher(watcher).forPath(path) != null) {
      log.info("waiting for an earlier lease of host {} to end", host.getName());
      var _ = ended.tryAcquire(atMostNs, TimeUnit.NANOSECONDS);
    }
  }

  private boolean tryTake() throws Exception {
    long session = zookeeper.getZookeeperClient().getZooKeeper().getSessionId();
    Stat stat = zookeeper.checkExists().forPath(path);
    if (stat != null) {
      if (stat.getEphemeralOwner() != session) {
        return false;
      }
      hold(true);
      return true;
    }
    Instant now = clock.instant();
    byte[] value =
        host.toBuilder()
            .setLeaseTime(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .build()
            .toByteArray();
    String name = host.getName();
    zookeeper
        .create()
        .orSetData()
        .creatingParentsIfNeeded()
        .forPath(ZooKeeperLayout.host(name), value);
    ensure(ZooKeeperLayout.assignments(name));
    ensure(ZooKeeperLayout.statuses(name));
    try {
      zookeeper
          .create()
          .creatingParentsIfNeeded()
          .withMode(CreateMode.EPHEMERAL)
          .forPath(path, value);
    } catch (KeeperException.NodeExistsException e) {
      Stat other = zookeeper.checkExists().forPath(path);
      if (other == null || other.getEphemeralOwner() != session) {
        return false;
      }
    }
    hold(true);
    return true;
  }

  private void ensure(String folder) throws Exception {
    if (zookeeper.checkExists().forPath(folder) == null) {
      try {
        zookeeper.create().creatingParentsIfNeeded().forPath(folder, new byte[0]);
      } catch (KeeperException.NodeExistsException e) {
        log.debug("{} was made meanwhile", folder);
      }
    }
  }

  private void keep() {
    try {
      while (!closed) {
        var _ = wake.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        if (closed || !zookeeper.getZookeeperClient().isConnected()) {
          continue;
        }
        boolean wasHeld = held;
        try {
          if (!tryTake()) {
            hold(false);
            log.error("another agent holds the lease of host {}", host.getName());
          } else if (!wasHeld) {
            log.info("lease of host {} taken again", host.getName());
          }
        } catch (InterruptedException e) {
          throw e;
        } catch (Exception e) {
          log.warn("cannot renew the lease of host {}: {}", host.getName(), e.getMessage());
          var _ = wake.tryAcquire(RETRY.toMillis(), TimeUnit.MILLISECONDS);
          wake.release();
        }
      }
    } catch (InterruptedException e) {
      log.debug("lease of host {} is no longer kept", host.getName());
    }
  }

  private void connection(ConnectionState state) {
    switch (state) {
      case LOST -> {
        log.warn("lease of host {} is lost with its ZooKeeper session", host.getName());
        hold(false);
      }
      case CONNECTED, RECONNECTED -> wake.release();
      case SUSPENDED -> log.warn("connection to ZooKeeper is interrupted");
      case READ_ONLY -> log.warn("ZooKeeper is read-only");
    }
  }

  private void hold(boolean now) {
    if (held != now) {
      held = now;
      changed.run();
    }
  }

  /** Gives the lease back. */
  @Override
  public void close() {
    closed = true;
    zookeeper.getConnectionStateListenable().removeListener(listener);
    boolean wasHeld = held;
    held = false;
    Thread running = keeper;
    try {
      if (running != null) {
        running.interrupt();
        running.join();
      }
      if (wasHeld) {
        zookeeper.delete().quietly().forPath(path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // The node is ephemeral: it goes with the session.
      log.debug("lease of host {} is left to expire", host.getName(), e);
    }
  }
}
