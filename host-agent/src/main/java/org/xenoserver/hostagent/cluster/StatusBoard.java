package org.xenoserver.hostagent.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.EventLoop;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.coordination.Write;
import org.xenoserver.proto.v1.Domain;

/**
 * The state of the assigned domains as told to the cluster, by one commit at a time. Every status
 * carries the incarnation it was told by. Owned by the event loop.
 */
final class StatusBoard {
  private static final Logger log = LoggerFactory.getLogger(StatusBoard.class);
  private static final int MOST_WRITES = 100;
  private static final long RETRY_NS = 500_000_000;

  private final EventLoop loop;
  private final String host;
  private final Map<UUID, Domain> wanted = new HashMap<>();
  private final Set<UUID> changed = new LinkedHashSet<>();

  /** What is known to be stored. */
  private final Map<UUID, Domain> written = new HashMap<>();

  private Set<UUID> assigned = Set.of();
  private @Nullable Session session;
  private String incarnation = "";
  private boolean busy;

  StatusBoard(EventLoop loop, String host) {
    this.loop = loop;
    this.host = host;
  }

  /** A status an earlier process of this host wrote, with the transaction that wrote it. */
  record Earlier(Domain domain, long number) {}

  /** Is told what is stored. */
  interface Reading {
    void loaded(Map<UUID, Earlier> statuses);
  }

  /** Begins with a session: reads what is stored. Nothing is written before. */
  void begin(Session with, String as, Reading reading) {
    session = with;
    incarnation = as;
    load(with, reading);
  }

  private void load(Session with, Reading reading) {
    busy = true;
    Session.Following[] following = new Session.Following[1];
    following[0] =
        with.follow(
            ZooKeeperLayout.statuses(host),
            1,
            new TreeListener() {
              @Override
              public void snapshot(Map<String, Node> nodes) {
                following[0].end();
                if (with.equals(session)) {
                  loaded(nodes, reading);
                }
              }

              @Override
              public void put(String path, Node node) {}

              @Override
              public void removed(String path) {}
            });
  }

  private void loaded(Map<String, Node> nodes, Reading reading) {
    Map<UUID, Earlier> found = new HashMap<>();
    written.clear();
    nodes.forEach((path, node) -> {
      String child = path.substring(path.lastIndexOf('/') + 1);
      try {
        UUID uuid = UUID.fromString(child);
        Domain domain = Domain.parseFrom(node.data());
        found.put(uuid, new Earlier(domain, node.transaction()));
        written.put(uuid, domain);
      } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
        log.warn("status {} of an earlier process is left alone: not understood", child);
      }
    });
    busy = false;
    changed.addAll(wanted.keySet());
    changed.addAll(written.keySet());
    reading.loaded(found);
  }

  /** Writes nothing more in the session. */
  void end() {
    session = null;
  }

  /** Notes how a domain is. */
  void post(UUID uuid, Domain domain) {
    if (!domain.equals(wanted.put(uuid, domain))) {
      changed.add(uuid);
    }
  }

  /**
   * Tells the cluster what it does not know yet. What an earlier process told of a domain that is
   * still assigned stays until something else is posted.
   *
   * @param now the domains that may have a status
   */
  void flush(Set<UUID> now) {
    assigned = now;
    for (UUID uuid : List.copyOf(wanted.keySet())) {
      if (!now.contains(uuid)) {
        wanted.remove(uuid);
        changed.add(uuid);
      }
    }
    for (UUID uuid : written.keySet()) {
      if (!now.contains(uuid)) {
        changed.add(uuid);
      }
    }
    write();
  }

  private void write() {
    Session with = session;
    if (with == null || busy) {
      return;
    }
    List<Write> writes = new ArrayList<>();
    Map<UUID, Optional<Domain>> after = new HashMap<>();
    for (UUID uuid : List.copyOf(changed)) {
      if (writes.size() == MOST_WRITES) {
        break;
      }
      changed.remove(uuid);
      Domain now = wanted.get(uuid);
      Domain before = written.get(uuid);
      String path = ZooKeeperLayout.status(host, uuid.toString());
      if (now == null) {
        if (before != null && !assigned.contains(uuid)) {
          writes.add(new Write.Delete(path, -1));
          after.put(uuid, Optional.empty());
        }
        continue;
      }
      Domain stamped = now.toBuilder().setIncarnation(incarnation).build();
      if (!stamped.equals(before)) {
        byte[] data = stamped.toByteArray();
        writes.add(before == null ? Write.create(path, data) : new Write.SetData(path, data, -1));
        after.put(uuid, Optional.of(stamped));
      }
    }
    if (!writes.isEmpty()) {
      busy = true;
      with.commit(writes, result -> written(with, result, after));
    }
  }

  private void written(Session with, Commit result, Map<UUID, Optional<Domain>> after) {
    if (!with.equals(session)) {
      return;
    }
    if (result instanceof Commit.Done) {
      busy = false;
      after.forEach((uuid, domain) ->
          domain.ifPresentOrElse(told -> written.put(uuid, told), () -> written.remove(uuid)));
      write();
      return;
    }
    // What is stored is not as it was thought to be, or not known.
    changed.addAll(after.keySet());
    loop.after(
        RETRY_NS,
        () -> {
          if (with.equals(session)) {
            load(with, statuses -> write());
          }
        });
  }
}
