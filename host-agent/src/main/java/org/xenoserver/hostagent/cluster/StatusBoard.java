package org.xenoserver.hostagent.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Domain;

/** The state of the assigned domains as told to the cluster. Owned by the reconciler's thread. */
final class StatusBoard {
  private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);

  private final CuratorFramework zookeeper;
  private final String host;
  private final Map<UUID, Domain> wanted = new HashMap<>();
  private final Map<UUID, Domain> written = new HashMap<>();

  StatusBoard(CuratorFramework zookeeper, String host) {
    this.zookeeper = zookeeper;
    this.host = host;
  }

  /** A status an earlier process of this host wrote, with the transaction that wrote it. */
  record Earlier(Domain domain, long number) {}

  /** Reads what an earlier process left. */
  Map<UUID, Earlier> load() throws Exception {
    Map<UUID, Earlier> found = new HashMap<>();
    List<String> children;
    try {
      children = zookeeper.getChildren().forPath(ZooKeeperLayout.statuses(host));
    } catch (KeeperException.NoNodeException e) {
      return found;
    }
    for (String child : children) {
      Stat stat = new Stat();
      byte[] value =
          zookeeper.getData().storingStatIn(stat).forPath(ZooKeeperLayout.status(host, child));
      try {
        UUID uuid = UUID.fromString(child);
        Domain domain = Domain.parseFrom(value);
        found.put(uuid, new Earlier(domain, stat.getMzxid()));
        wanted.put(uuid, domain);
        written.put(uuid, domain);
      } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
        log.warn("status {} of an earlier process is left alone: not understood", child);
      }
    }
    return found;
  }

  /** Notes how a domain is. */
  void post(UUID uuid, Domain domain) {
    wanted.put(uuid, domain);
  }

  /** Notes that a domain is gone. */
  void remove(UUID uuid) {
    wanted.remove(uuid);
  }

  /** Tells the cluster what it does not know yet; what fails stays to be told. */
  void flush() throws Exception {
    for (Map.Entry<UUID, Domain> entry : wanted.entrySet()) {
      UUID uuid = entry.getKey();
      if (!entry.getValue().equals(written.get(uuid))) {
        zookeeper
            .create()
            .orSetData()
            .creatingParentsIfNeeded()
            .forPath(path(uuid), entry.getValue().toByteArray());
        written.put(uuid, entry.getValue());
      }
    }
    for (UUID uuid : Set.copyOf(written.keySet())) {
      if (!wanted.containsKey(uuid)) {
        zookeeper.delete().quietly().forPath(path(uuid));
        written.remove(uuid);
      }
    }
  }

  private String path(UUID uuid) {
    return ZooKeeperLayout.status(host, uuid.toString());
  }

  /** The domains with a status. */
  Set<UUID> uuids() {
    return Set.copyOf(wanted.keySet());
  }
}
