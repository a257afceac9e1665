package org.xenoserver.ops.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeer.QuorumServer;
import org.apache.zookeeper.server.quorum.flexible.QuorumMaj;
import org.xenoserver.ops.cluster.ZooKeeperConfig.EnsembleServer;
import org.xenoserver.proto.config.Endpoint;

/**
 * One server of a ZooKeeper ensemble: serves while a majority of the servers reach each other, and
 * loses nothing it acknowledged while a majority's folders are kept.
 */
public final class EnsembleZooKeeper implements RunningZooKeeper {
  /** Ticks a server may take to reach the leader and to copy what it misses. */
  private static final int INIT_LIMIT_TICKS = 20;

  /** Ticks of silence after which a follower is given up, and gives up its leader. */
  private static final int SYNC_LIMIT_TICKS = 4;

  /** Fast leader election, the only one there is. */
  private static final int ELECTION = 3;

  private final QuorumPeer peer;
  private final DatadirCleanupManager purge;
  private final Endpoint endpoint;

  private EnsembleZooKeeper(QuorumPeer peer, DatadirCleanupManager purge, Endpoint endpoint) {
    this.peer = peer;
    this.purge = purge;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server; it serves once a majority has been started.
   *
   * @throws IOException with one sentence if it cannot listen or not use the folder
   */
  public static EnsembleZooKeeper start(
      Endpoint listen, Path data, int id, List<EnsembleServer> servers) throws IOException {
    Map<Long, QuorumServer> members = new HashMap<>();
    for (EnsembleServer server : servers) {
      if (server.id() == id) {
        checkFree(server.quorum());
        checkFree(server.election());
      }
      members.put(
          (long) server.id(),
          new QuorumServer(server.id(), address(server.quorum()), address(server.election())));
    }
    FileTxnSnapLog log = EmbeddedZooKeeper.openLog(data);
    ServerCnxnFactory connections;
    try {
      connections = EmbeddedZooKeeper.listen(listen);
    } catch (IOException e) {
      log.close();
      throw e;
    }
    // Its web server would listen on a port nobody asked for, and needs libraries we do not have.
    System.setProperty("zookeeper.admin.enableServer", "false");
    QuorumPeer peer = new QuorumPeer();
    peer.setTxnFactory(log);
    peer.setElectionType(ELECTION);
    peer.setMyid(id);
    peer.setTickTime(EmbeddedZooKeeper.TICK_MS);
    peer.setMinSessionTimeout(EmbeddedZooKeeper.MIN_SESSION_MS);
    peer.setMaxSessionTimeout(EmbeddedZooKeeper.MAX_SESSION_MS);
    peer.setInitLimit(INIT_LIMIT_TICKS);
    peer.setSyncLimit(SYNC_LIMIT_TICKS);
    peer.setZKDatabase(new ZKDatabase(log));
    peer.setQuorumVerifier(new QuorumMaj(members), false);
    peer.initConfigInZKDatabase();
    peer.setCnxnFactory(connections);
    peer.initialize();
    DatadirCleanupManager purge = EmbeddedZooKeeper.purge(data);
    EnsembleZooKeeper zooKeeper =
        new EnsembleZooKeeper(peer, purge, listen.withPort(connections.getLocalPort()));
    try {
      peer.start();
      purge.start();
      return zooKeeper;
    } catch (RuntimeException e) {
      zooKeeper.close();
      throw new IOException("ZooKeeper cannot read its data in " + data + ": " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress address(Endpoint endpoint) {
    return new InetSocketAddress(endpoint.host(), endpoint.port());
  }

  /** ZooKeeper ends the process without a word to its caller where it cannot listen for peers. */
  private static void checkFree(Endpoint endpoint) throws IOException {
    InetSocketAddress address = address(endpoint);
    if (address.isUnresolved()) {
      throw new IOException("ZooKeeper cannot listen on %s: unknown host".formatted(endpoint));
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new IOException(
          "ZooKeeper cannot listen on %s: %s".formatted(endpoint, e.getMessage()), e);
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    purge.shutdown();
    peer.shutdown();
  }
}
