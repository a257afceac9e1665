package org.xenoserver.accounting;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.accounting.collect.Collector;
import org.xenoserver.accounting.ledger.Ledger;
import org.xenoserver.accounting.ledger.LedgerException;
import org.xenoserver.accounting.metrics.MetricsServer;
import org.xenoserver.accounting.metrics.UsageMetrics;
import org.xenoserver.accounting.rpc.UsageService;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.RpcServer;

/** Accounting: collects usage of all hosts into the ledger and serves it, until closed. */
public final class Accounting implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Accounting.class);
  private static final Duration LAST_COLLECTION = Duration.ofSeconds(1);
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int RETRY_FIRST_MS = 50;
  private static final int RETRY_LONGEST_MS = 1_000;
  private static final int RETRIES = 5;

  private final Ledger ledger;
  private final CuratorFramework zookeeper;
  private final Collector collector;
  private final RpcServer server;
  private final MetricsServer metrics;
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private boolean closed;

  private Accounting(
      Ledger ledger,
      CuratorFramework zookeeper,
      Collector collector,
      RpcServer server,
      MetricsServer metrics) {
    this.ledger = ledger;
    this.zookeeper = zookeeper;
    this.collector = collector;
    this.server = server;
    this.metrics = metrics;
  }

  /**
   * Starts accounting.
   *
   * @return when it serves; it collects once it is {@link #ready}
   * @throws IOException with one sentence if the ledger cannot be opened or an address not listened
   *     on; nothing is left behind
   */
  public static Accounting start(AccountingConfig config, InstantSource clock) throws IOException {
    Unwinding unwinding = new Unwinding();
    try {
      Ledger ledger = unwinding.add(Ledger.open(config.ledger()));
      CuratorFramework zookeeper = unwinding.add(client(config.zookeeper()));
      Collector collector =
          unwinding.add(new Collector(zookeeper, config.collectInterval(), ledger));
      RpcServer server =
          unwinding.add(
              RpcServer.on(config.listen()).service(new UsageService(collector, ledger)).start());
      MetricsServer metrics =
          unwinding.add(
              MetricsServer.start(
                  config.metricsListen(),
                  new UsageMetrics(ledger, collector, clock),
                  () -> healthy(zookeeper, ledger)));
      log.info("accounting listens on {}, {}", server.endpoint(), metrics.endpoint());
      Accounting accounting =
          unwinding.keep(new Accounting(ledger, zookeeper, collector, server, metrics));
      accounting.connect();
      return accounting;
    } catch (LedgerException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      unwinding.close();
    }
  }

  private static CuratorFramework client(String connection) {
    return CuratorFrameworkFactory.builder()
        .connectString(connection)
        .namespace(ZooKeeperLayout.NAMESPACE)
        .sessionTimeoutMs(SESSION_TIMEOUT_MS)
        .connectionTimeoutMs(CONNECT_TIMEOUT_MS)
        .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_FIRST_MS, RETRY_LONGEST_MS, RETRIES))
        .build();
  }

  private void connect() {
    zookeeper
        .getConnectionStateListenable()
        .addListener((client, state) -> {
          if (state == ConnectionState.CONNECTED) {
            collector.start();
            ready.complete(true);
          }
        });
    zookeeper.start();
  }

  /**
   * Completes when it has reached ZooKeeper and begun to collect, which takes as long as that is
   * away.
   */
  public CompletableFuture<?> ready() {
    return ready;
  }

  private static boolean healthy(CuratorFramework zookeeper, Ledger ledger) {
    try {
      ledger.check();
      return zookeeper.getZookeeperClient().isConnected();
    } catch (LedgerException e) {
      log.warn("not healthy: {}", e.getMessage());
      return false;
    }
  }

  /** Where the gRPC server listens, with the actual port. */
  public Endpoint endpoint() {
    return server.endpoint();
  }

  /** Where metrics are served, with the actual port. */
  public Endpoint metricsEndpoint() {
    return metrics.endpoint();
  }

  /** Collects once more from hosts that answer within a second, and stops. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      collector.collectNow(LAST_COLLECTION);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    metrics.close();
    server.close();
    collector.close();
    zookeeper.close();
    try {
      ledger.close();
    } catch (LedgerException e) {
      log.error("accounting stopped: {}", e.getMessage());
    }
  }
}
