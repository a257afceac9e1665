package org.xenoserver.hostagent.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.v1.DomainRecord;

/** The domains assigned to this host, as one session tells. Owned by the event loop. */
final class Assignments implements TreeListener {
  private static final Logger log = LoggerFactory.getLogger(Assignments.class);

  private final Runnable changed;
  private final Map<UUID, Order> orders = new HashMap<>();
  private final Set<UUID> unreadable = new HashSet<>();
  private Session.@Nullable Following following;
  private boolean ready;

  /**
   * Not followed yet.
   *
   * @param changed called after every change and once all are known
   */
  Assignments(Runnable changed) {
    this.changed = changed;
  }

  void begin(Session session, String host) {
    following = session.follow(ZooKeeperLayout.assignments(host), 1, this);
  }

  void end() {
    if (following != null) {
      following.end();
    }
  }

  /** Whether all assignments have been read once, so that absence means something. */
  boolean ready() {
    return ready;
  }

  /** The assignments now. */
  Snapshot now() {
    return new Snapshot(new HashMap<>(orders), new HashSet<>(unreadable));
  }

  @Override
  public void snapshot(Map<String, Node> nodes) {
    orders.clear();
    unreadable.clear();
    nodes.forEach(this::read);
    ready = true;
    changed.run();
  }

  @Override
  public void put(String path, Node node) {
    read(path, node);
    changed.run();
  }

  @Override
  public void removed(String path) {
    UUID uuid = uuid(path);
    if (uuid != null) {
      orders.remove(uuid);
      unreadable.remove(uuid);
      changed.run();
    }
  }

  private void read(String path, Node node) {
    UUID uuid = uuid(path);
    if (uuid == null) {
      return;
    }
    try {
      orders.put(uuid, new Order(uuid, DomainRecord.parseFrom(node.data()), node.transaction()));
      unreadable.remove(uuid);
    } catch (InvalidProtocolBufferException e) {
      log.warn("{} is left alone: its value is no DomainRecord", path);
      orders.remove(uuid);
      unreadable.add(uuid);
    }
  }

  private static @Nullable UUID uuid(String path) {
    try {
      return UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
    } catch (IllegalArgumentException e) {
      log.warn("{} is left alone: its name is no UUID", path);
      return null;
    }
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

    /** All that are assigned. */
    Set<UUID> uuids() {
      Set<UUID> all = new HashSet<>(unreadable);
      all.addAll(orders.keySet());
      return all;
    }
  }
}
