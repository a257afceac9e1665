package org.xenoserver.ops.cluster;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.Default;
import org.xenoserver.proto.config.Endpoint;

/**
 * What a ZooKeeper server is told.
 *
 * @param listen where it serves; port 0 lets the system choose
 * @param data its folder, made if missing
 * @param id which of the servers it is; null if it stands alone
 * @param servers all servers of the ensemble, the same list for each; empty if it stands alone
 */
public record ZooKeeperConfig(
    @Default("127.0.0.1:2181") Endpoint listen,
    Path data,
    @Nullable Integer id,
    List<EnsembleServer> servers) {
  private static final int MOST_ID = 255;

  /** Checks that the server is one of the ensemble. */
  public ZooKeeperConfig {
    if (id == null && !servers.isEmpty()) {
      throw new IllegalArgumentException("id is missing; it must be that of one of the servers");
    }
    if (id != null && servers.stream().noneMatch(server -> server.id() == id)) {
      throw new IllegalArgumentException(
          "id is " + id + ", but there is no such server in the list of servers");
    }
    if (servers.stream().map(EnsembleServer::id).distinct().count() != servers.size()) {
      throw new IllegalArgumentException("servers have an id twice");
    }
  }

  /**
   * One server of an ensemble.
   *
   * @param id 1 to 255
   * @param quorum where the other servers follow it
   * @param election where they vote with it
   */
  public record EnsembleServer(int id, Endpoint quorum, Endpoint election) {
    /** Checks the range. */
    public EnsembleServer {
      if (id < 1 || id > MOST_ID) {
        throw new IllegalArgumentException("id is " + id + "; it must be 1 to " + MOST_ID);
      }
    }
  }
}
