package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.Write;

/**
 * A ZooKeeper ensemble. One server leads and orders transactions while it reaches a majority; the
 * others carry them out some time later, and answer reads from what they have. The leader ends
 * sessions it has not heard of for their timeout, by its own clock; it hears of a session at a
 * follower when that reports, every half tick.
 */
final class Ensemble {
  static final long TICK_NS = 500_000_000L;
  private static final long RETRY_NS = 100_000_000L;

  private final VirtualTime time;
  private final Network network;
  private final BiConsumer<Long, List<NodeTree.Change>> committed;
  private final List<Server> servers = new ArrayList<>();
  private final List<List<NodeTree.Change>> log = new ArrayList<>();
  private final NodeTree latest = new NodeTree();
  private final Map<Long, Heard> sessions = new TreeMap<>();
  private final double rate;
  private @Nullable Server leader;
  private long nextSession = 1;

  /** When the leader last heard of a session. */
  private static final class Heard {
    final long timeoutNs;
    long atNs;

    Heard(long timeoutNs, long atNs) {
      this.timeoutNs = timeoutNs;
      this.atNs = atNs;
    }
  }

  /** One server. */
  final class Server {
    final String name;
    final NodeTree tree = new NodeTree();
    final Set<Connection> connections = new LinkedHashSet<>();
    private final Set<Long> touched = new HashSet<>();
    private boolean up = true;
    private int applied;
    private boolean reporting;
    private boolean catchingUp;
    private long detachedSinceNs = -1;

    Server(String name) {
      this.name = name;
    }

    boolean serves() {
      return up && leader != null && reachesBoth(this, leader);
    }

    boolean isUp() {
      return up;
    }

    /** The number of the last transaction carried out. */
    int applied() {
      return applied;
    }

    void touch(long session) {
      if (leader == this) {
        heard(session);
        return;
      }
      touched.add(session);
      if (!reporting) {
        reporting = true;
        time.after(time.betweenNs(0, TICK_NS / 2_000_000), this::report);
      }
    }

    private void report() {
      reporting = false;
      Set<Long> reported = new HashSet<>(touched);
      touched.clear();
      Server to = leader;
      if (up && to != null) {
        network.send(name, to.name, () -> reported.forEach(Ensemble.this::heard));
      }
    }

    private void catchUp() {
      if (catchingUp || !up || applied == log.size()) {
        return;
      }
      catchingUp = true;
      Server from = leader;
      long delayNs = from == null || from == this ? 0 : network.delayNs(from.name, name);
      time.after(
          delayNs,
          () -> {
            catchingUp = false;
            if (!up || applied == log.size()) {
              return;
            }
            if (leader != this && (leader == null || !network.reaches(leader.name, name))) {
              time.after(RETRY_NS, this::catchUp);
              return;
            }
            applyNext();
            catchUp();
          });
    }

    private void applyNext() {
      List<NodeTree.Change> changes = log.get(applied);
      applied++;
      tree.apply(changes);
      for (Connection connection : List.copyOf(connections)) {
        connection.applied(changes);
      }
    }
  }

  /**
   * Servers that run and have elected the first.
   *
   * @param rate how fast their clocks run
   * @param committed told of every transaction, with its number
   */
  Ensemble(
      VirtualTime time,
      Network network,
      int size,
      double rate,
      BiConsumer<Long, List<NodeTree.Change>> committed) {
    this.time = time;
    this.network = network;
    this.rate = rate;
    this.committed = committed;
    for (int i = 1; i <= size; i++) {
      servers.add(new Server("z" + i));
    }
    leader = servers.getFirst();
    time.after(TICK_NS, this::tick);
  }

  List<Server> servers() {
    return servers;
  }

  NodeTree latest() {
    return latest;
  }

  private boolean reachesBoth(Server a, Server b) {
    return a.equals(b) || (network.reaches(a.name, b.name) && network.reaches(b.name, a.name));
  }

  private boolean hasMajority(Server candidate) {
    if (!candidate.up) {
      return false;
    }
    long reached =
        servers.stream().filter(server -> server.up && reachesBoth(candidate, server)).count();
    return reached * 2 > servers.size();
  }

  private void tick() {
    Server old = leader;
    if (old == null || !hasMajority(old)) {
      leader = null;
      servers.stream()
          .filter(this::hasMajority)
          .max((a, b) -> Integer.compare(a.applied, b.applied))
          .ifPresent(this::elect);
    }
    for (Server server : servers) {
      boolean detached = server.up && !server.serves();
      if (!detached) {
        server.detachedSinceNs = -1;
      } else if (server.detachedSinceNs < 0) {
        server.detachedSinceNs = time.nowNs();
      } else if (time.nowNs() - server.detachedSinceNs >= 2 * TICK_NS) {
        List.copyOf(server.connections).forEach(Connection::close);
      }
      server.catchUp();
    }
    if (leader != null) {
      expire();
    }
    time.after(TICK_NS, this::tick);
  }

  private void elect(Server elected) {
    leader = elected;
    while (elected.applied < log.size()) {
      elected.applyNext();
    }
    sessions.values().forEach(heard -> heard.atNs = time.nowNs());
    for (Server server : servers) {
      List.copyOf(server.connections).forEach(Connection::close);
    }
    time.tell(elected.name, "leads the ensemble");
  }

  private void expire() {
    for (Map.Entry<Long, Heard> entry : new ArrayList<>(sessions.entrySet())) {
      Heard heard = entry.getValue();
      if ((time.nowNs() - heard.atNs) * rate >= heard.timeoutNs) {
        endSession(entry.getKey());
      }
    }
  }

  private void heard(long session) {
    Heard heard = sessions.get(session);
    if (heard != null) {
      heard.atNs = time.nowNs();
    }
  }

  boolean isAlive(long session) {
    return sessions.containsKey(session);
  }

  long beginSession(long timeoutNs) {
    long session = nextSession++;
    sessions.put(session, new Heard(timeoutNs, time.nowNs()));
    return session;
  }

  void endSession(long session) {
    if (sessions.remove(session) != null) {
      time.tell("zk", "session " + session + " is over");
      append(latest.endOf(session));
      for (Server server : servers) {
        for (Connection connection : List.copyOf(server.connections)) {
          if (connection.session() == session) {
            connection.close();
          }
        }
      }
    }
  }

  private void append(List<NodeTree.Change> changes) {
    latest.apply(changes);
    log.add(changes);
    committed.accept((long) log.size(), changes);
    servers.forEach(Server::catchUp);
  }

  /** What became of a request at the leader, and the transaction after which it may be answered. */
  record Ordered(Commit result, int transaction) {}

  /**
   * Orders a request, if the server reaches a leader with a majority; otherwise nothing happens.
   */
  @Nullable Ordered order(Server through, long session, List<Write> writes) {
    Server at = leader;
    if (at == null || !hasMajority(at) || !reachesBoth(through, at) || !isAlive(session)) {
      return null;
    }
    NodeTree.Outcome outcome = latest.prepare(writes, session, log.size() + 1L);
    if (outcome.changes() != null && !outcome.changes().isEmpty()) {
      append(outcome.changes());
    }
    return new Ordered(outcome.result(), log.size());
  }

  /** The number of the last transaction that is ordered; what a sync waits for. */
  int ordered() {
    return log.size();
  }

  void crash(Server server) {
    server.up = false;
    server.touched.clear();
    List.copyOf(server.connections).forEach(Connection::close);
  }

  void restart(Server server) {
    server.up = true;
    server.catchUp();
  }

  /** Statistics by name, for traces. */
  Map<String, Integer> applied() {
    Map<String, Integer> applied = new HashMap<>();
    servers.forEach(server -> applied.put(server.name, server.applied));
    return applied;
  }
}
