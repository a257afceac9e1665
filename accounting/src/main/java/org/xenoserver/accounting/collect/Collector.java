package org.xenoserver.accounting.collect;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.accounting.ledger.Ledger;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.v1.Host;

/** Collects usage from the agent of every host that has a lease. Safe from any thread. */
public final class Collector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Collector.class);

  private final Duration interval;
  private final Ledger ledger;
  private final CuratorCache leases;
  private final CuratorCache hosts;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("accounting-timer").factory());

  /** Guards the streams. */
  private final ReentrantLock streamsLock = new ReentrantLock();

  private final Map<String, HostStream> streams = new TreeMap<>();

  /**
   * A collector not started yet, that collects nothing.
   *
   * @param interval between two reports of a host
   */
  public Collector(CuratorFramework zookeeper, Duration interval, Ledger ledger) {
    this.interval = interval;
    this.ledger = ledger;
    this.hosts = CuratorCache.build(zookeeper, ZooKeeperLayout.HOSTS);
    this.leases = CuratorCache.build(zookeeper, ZooKeeperLayout.LEASES);
    leases
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreates(this::leased)
                .forChanges((before, after) -> leased(after))
                .forDeletes(this::lost)
                .build());
  }

  /** Begins to collect, and goes on until it is closed. */
  public void start() {
    hosts.start();
    leases.start();
  }

  /** Whether usage is coming in, by host; every host of the cluster has an entry. */
  public Map<String, Boolean> up() {
    Map<String, Boolean> up = new TreeMap<>();
    hosts.stream().forEach(node -> up.put(name(node), false));
    up.remove("");
    streamsLock.lock();
    try {
      streams.forEach((host, stream) -> up.put(host, stream.up()));
    } finally {
      streamsLock.unlock();
    }
    return up;
  }

  /** Asks every host for its usage now and waits for those that answer in time. */
  public void collectNow(Duration atMost) throws InterruptedException {
    List<HostStream> asked;
    streamsLock.lock();
    try {
      asked = List.copyOf(streams.values());
    } finally {
      streamsLock.unlock();
    }
    CompletableFuture<Void> answered =
        CompletableFuture.allOf(
            asked.stream().map(s -> s.collectNow(atMost)).toArray(CompletableFuture<?>[]::new));
    try {
      answered.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.debug("not every host told its usage within {} ms", atMost.toMillis(), e);
    }
  }

  private void leased(ChildData node) {
    String host = name(node);
    if (host.isEmpty()) {
      return;
    }
    Endpoint address;
    try {
      address = Endpoint.parse(Host.parseFrom(node.getData()).getAddress());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      log.warn("lease of host {} is left alone: {}", host, e.getMessage());
      return;
    }
    streamsLock.lock();
    try {
      HostStream before = streams.get(host);
      if (before != null && before.address().equals(address)) {
        return;
      }
      if (before != null) {
        before.release();
      }
      log.info("collecting usage of host {} from {}", host, address);
      streams.put(host, new HostStream(host, address, interval, ledger, timer));
    } finally {
      streamsLock.unlock();
    }
  }

  private void lost(ChildData node) {
    streamsLock.lock();
    try {
      HostStream stream = streams.remove(name(node));
      if (stream != null) {
        log.info("host {} has lost its lease", name(node));
        stream.release();
      }
    } finally {
      streamsLock.unlock();
    }
  }

  /** The host a node stands for; empty for the folder itself. */
  private static String name(ChildData node) {
    String path = node.getPath();
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "" : path.substring(slash + 1);
  }

  @Override
  public void close() {
    leases.close();
    hosts.close();
    timer.shutdownNow();
    streamsLock.lock();
    try {
      streams.values().forEach(HostStream::close);
      streams.clear();
    } finally {
      streamsLock.unlock();
    }
  }
}
