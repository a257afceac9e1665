package org.xenoserver.ops.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.config.Endpoint;

/**
 * A standalone ZooKeeper server. One server is one point of failure: good for a laptop, tests and
 * trying things out. What it was told is on disk before it answers.
 */
public final class EmbeddedZooKeeper implements RunningZooKeeper {
  private static final Logger logger = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
  static final int TICK_MS = 500;
  static final int MIN_SESSION_MS = 1_000;
  static final int MAX_SESSION_MS = 60_000;
  private static final int MAX_CONNECTIONS_PER_ADDRESS = 1_000;
  private static final int BACKLOG = -1;
  private static final int SNAPSHOTS_KEPT = 3;
  private static final int HOURS_BETWEEN_PURGES = 1;

  private final FileTxnSnapLog log;
  private final ZooKeeperServer server;
  private final ServerCnxnFactory connections;
  private final DatadirCleanupManager purge;
  private final Endpoint endpoint;

  private EmbeddedZooKeeper(
      FileTxnSnapLog log,
      ZooKeeperServer server,
      ServerCnxnFactory connections,
      DatadirCleanupManager purge,
      Endpoint endpoint) {
    this.log = log;
    this.server = server;
    this.connections = connections;
    this.purge = purge;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server.
   *
   * @param listen where; port 0 lets the system choose
   * @param data its folder, made if missing; what is in there is served again
   * @throws IOException with one sentence if it cannot listen or not use the folder
   */
  public static EmbeddedZooKeeper start(Endpoint listen, Path data)
      throws IOException, InterruptedException {
    FileTxnSnapLog log = openLog(data);
    ServerCnxnFactory connections;
    try {
      connections = listen(listen);
    } catch (IOException e) {
      log.close();
      throw e;
    }
    ZooKeeperServer server = new ZooKeeperServer(log, TICK_MS, "");
    server.setMinSessionTimeout(MIN_SESSION_MS);
    server.setMaxSessionTimeout(MAX_SESSION_MS);
    DatadirCleanupManager purge = purge(data);
    EmbeddedZooKeeper zooKeeper =
        new EmbeddedZooKeeper(
            log, server, connections, purge, listen.withPort(connections.getLocalPort()));
    try {
      connections.startup(server);
      purge.start();
      return zooKeeper;
    } catch (IOException e) {
      zooKeeper.close();
      throw new IOException("ZooKeeper cannot read its data in " + data + ": " + e.getMessage(), e);
    }
  }

  /** What is in a folder, made if missing. */
  static FileTxnSnapLog openLog(Path data) throws IOException {
    try {
      Files.createDirectories(data);
      return new FileTxnSnapLog(data.toFile(), data.toFile());
    } catch (IOException e) {
      throw new IOException("cannot keep ZooKeeper's data in " + data + ": " + e.getMessage(), e);
    }
  }

  /** Where clients will be served. */
  static ServerCnxnFactory listen(Endpoint listen) throws IOException {
    try {
      InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
      if (address.isUnresolved()) {
        throw new IOException("unknown host");
      }
      return ServerCnxnFactory.createFactory(address, MAX_CONNECTIONS_PER_ADDRESS, BACKLOG);
    } catch (IOException e) {
      String why = e instanceof BindException ? "address already in use" : e.getMessage();
      throw new IOException("ZooKeeper cannot listen on %s: %s".formatted(listen, why), e);
    }
  }

  /** Deletes what newer snapshots made superfluous, once started. */
  static DatadirCleanupManager purge(Path data) {
    return new DatadirCleanupManager(
        data.toFile(), data.toFile(), SNAPSHOTS_KEPT, HOURS_BETWEEN_PURGES);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    purge.shutdown();
    connections.shutdown();
    server.shutdown();
    try {
      log.close();
    } catch (IOException e) {
      logger.warn("ZooKeeper's log was not closed: {}", e.getMessage());
    }
  }
}
