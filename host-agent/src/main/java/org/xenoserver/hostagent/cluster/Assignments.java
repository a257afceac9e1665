package org.xenoserver.hostagent.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.DomainRecord;

/** The domains assigned to this host: a cache of {@code /assignments/<host>}. */
final class Assignments implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Assignments.class);

  private final CuratorCache cache;
  private final String root;
  private volatile boolean ready;

  /**
   * Begins to follow the assignments.
   *
   * @param changed called after every change and once all are known; must not block
   */
  Assignments(CuratorFramework zookeeper, String host, Runnable changed) {
    root = ZooKeeperLayout.assignments(host);
    cache = CuratorCache.build(zookeeper, root);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forInitialized(() -> {
                  ready = true;
                  changed.run();
                })
                .forAll((type, before, after) -> changed.run())
                .build());
    cache.start();
  }

  /** Whether all assignments have been read once, so that absence means something. */
  boolean ready() {
    return ready;
  }

  /** The assignments now. */
  Snapshot snapshot() {
    Map<UUID, Order> orders = new HashMap<>();
    Set<UUID> unreadable = new HashSet<>();
    cache.stream()
        .filter(node -> node.getPath().length() > root.length() + 1)
        .forEach(node -> read(node, orders, unreadable));
    return new Snapshot(orders, unreadable);
  }

  private void read(ChildData node, Map<UUID, Order> orders, Set<UUID> unreadable) {
    UUID uuid;
    try {
      uuid = UUID.fromString(node.getPath().substring(root.length() + 1));
    } catch (IllegalArgumentException e) {
      log.warn("{} is left alone: its name is no UUID", node.getPath());
      return;
    }
    try {
      DomainRecord record = DomainRecord.parseFrom(node.getData());
      orders.put(uuid, new Order(uuid, record, node.getStat().getMzxid()));
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} is left alone: its value is no DomainRecord", node.getPath());
      unreadable.add(uuid);
    }
  }

  @Override
  public void close() {
    cache.close();
  }

  /**
   * What is assigned.
   *
   * @param unreadable assigned, but how is not understood; nothing is to be changed about them
   */
  record Snapshot(Map<UUID, Order> orders, Set<UUID> unreadable) {
    boolean assigned(UUID uuid) {
      return orders.containsKey(uuid) || unreadable.contains(uuid);
    }
  }
}
