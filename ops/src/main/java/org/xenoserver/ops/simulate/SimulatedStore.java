package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Session;
import org.xenoserver.proto.coordination.Store;
import org.xenoserver.proto.coordination.TreeListener;
import org.xenoserver.proto.coordination.Write;

/** ZooKeeper's client in one process. Runs on the process's loop. */
final class SimulatedStore implements Store {
  private final VirtualTime time;
  private final Network network;
  private final Ensemble ensemble;
  private final SimulatedProcess process;
  private final long timeoutNs;
  private @Nullable SessionListener listener;
  private @Nullable Life life;
  private int requests;
  private boolean closed;

  SimulatedStore(
      VirtualTime time,
      Network network,
      Ensemble ensemble,
      SimulatedProcess process,
      long timeoutNs) {
    this.time = time;
    this.network = network;
    this.ensemble = ensemble;
    this.process = process;
    this.timeoutNs = timeoutNs;
  }

  String name() {
    return process.name();
  }

  @Override
  public void open(SessionListener hears) {
    listener = hears;
    connect(null);
    check();
  }

  /** The process is gone, and its connection with it; the session is left to expire. */
  void abandon() {
    closed = true;
    if (life != null && life.connection != null) {
      life.connection.abandon();
    }
  }

  @Override
  public void close() {
    closed = true;
    Life mine = life;
    life = null;
    if (mine != null && mine.connection != null) {
      Connection connection = mine.connection;
      connection.abandon();
      network.send(name(), "z1", () -> ensemble.endSession(mine.session));
    }
  }

  /** Tries a server, for a session that goes on, or a new one. */
  private void connect(@Nullable Life going) {
    if (closed) {
      return;
    }
    List<Ensemble.Server> servers = ensemble.servers();
    Ensemble.Server server = servers.get(time.random().nextInt(servers.size()));
    boolean[] answered = new boolean[1];
    network.send(
        name(),
        server.name,
        () -> {
          if (!server.serves()) {
            return;
          }
          // A session begins, or is found alive, through the leader.
          boolean alive = going != null && ensemble.isAlive(going.session);
          long session = going == null ? ensemble.beginSession(timeoutNs) : going.session;
          if (alive) {
            server.touch(session);
          }
          network.send(
              server.name,
              name(),
              () ->
                  process.execute(() -> {
                    if (answered[0] || closed || process.isCrashed()) {
                      return;
                    }
                    answered[0] = true;
                    if (going != null && !alive) {
                      over(going);
                    } else if (server.serves()) {
                      connected(going == null ? new Life(session) : going, server);
                    } else {
                      connect(going);
                    }
                  }));
        });
    process.after(
        time.betweenNs(300, 600),
        () -> {
          if (!answered[0]) {
            answered[0] = true;
            connect(going);
          }
        });
  }

  private SessionListener hears() {
    if (listener == null) {
      throw new IllegalStateException("the store is not open");
    }
    return listener;
  }

  private void over(Life lost) {
    if (lost.equals(life)) {
      life = null;
      lost.fail("the session is over");
      hears().lost(lost);
      connect(null);
    }
  }

  private void connected(Life going, Ensemble.Server server) {
    boolean first = !going.equals(life);
    life = going;
    going.connection = new Connection(time, network, ensemble, server, this, going.session);
    going.heardNs = process.monotonicNs();
    if (first) {
      hears().connected(going);
    } else {
      going.followings.values().forEach(following -> following.ask(going));
      hears().resumed(going);
    }
  }

  /** Looks now and then whether the server is heard, and lets it hear of us. */
  private void check() {
    if (closed) {
      return;
    }
    Life mine = life;
    if (mine != null && mine.connection != null) {
      if (process.monotonicNs() - mine.heardNs > timeoutNs * 2 / 3) {
        mine.connection.close();
      } else {
        mine.connection.ping();
      }
    }
    process.after(timeoutNs / 4, this::check);
  }

  /** The connection has ended, as both ends will notice. */
  void disconnected(Connection connection) {
    process.execute(() -> {
      Life mine = life;
      if (mine == null || mine.connection == null || !connection.equals(mine.connection)) {
        return;
      }
      mine.connection = null;
      hears().suspended(mine);
      mine.fail("the connection is lost");
      connect(mine);
    });
  }

  private void at(Connection connection, Consumer<Life> task) {
    process.execute(() -> {
      Life mine = life;
      if (mine != null && connection.equals(mine.connection)) {
        mine.heardNs = process.monotonicNs();
        task.accept(mine);
      }
    });
  }

  void heard(Connection connection) {
    at(connection, mine -> {});
  }

  void answered(Connection connection, int request, Commit result) {
    at(
        connection,
        mine -> {
          Consumer<Commit> done = mine.pending.remove(request);
          if (done != null) {
            done.accept(result);
          }
        });
  }

  void snapshot(Connection connection, int id, Map<String, Node> nodes) {
    at(
        connection,
        mine -> {
          Followed following = mine.followings.get(id);
          if (following != null) {
            following.listener.snapshot(nodes);
          }
        });
  }

  void changed(Connection connection, int id, NodeTree.Change change) {
    at(
        connection,
        mine -> {
          Followed following = mine.followings.get(id);
          if (following != null) {
            change
                .after()
                .ifPresentOrElse(
                    stored -> following.listener.put(change.path(), stored.node()),
                    () -> following.listener.removed(change.path()));
          }
        });
  }

  /** Something that is followed. */
  private static final class Followed {
    final int id;
    final String root;
    final int depth;
    final TreeListener listener;

    Followed(int id, String root, int depth, TreeListener listener) {
      this.id = id;
      this.root = root;
      this.depth = depth;
      this.listener = listener;
    }

    void ask(Life life) {
      if (life.connection != null) {
        life.connection.follow(id, root, depth);
      }
    }
  }

  /** One session. */
  private final class Life implements Session {
    final long session;
    final Map<Integer, Consumer<Commit>> pending = new LinkedHashMap<>();
    final Map<Integer, Followed> followings = new LinkedHashMap<>();
    @Nullable Connection connection;
    long heardNs;

    Life(long session) {
      this.session = session;
    }

    void fail(String why) {
      List<Consumer<Commit>> unanswered = new ArrayList<>(pending.values());
      pending.clear();
      unanswered.forEach(done -> done.accept(new Commit.Unknown(why)));
    }

    @Override
    public long timeoutNs() {
      return timeoutNs;
    }

    @Override
    public void commit(List<Write> writes, Consumer<Commit> done) {
      int request = ++requests;
      Connection to = connection;
      if (to == null) {
        process.execute(() -> done.accept(new Commit.Unknown("there is no connection")));
        return;
      }
      pending.put(request, done);
      to.commit(request, writes);
    }

    @Override
    public Following follow(String root, int depth, TreeListener hearing) {
      Followed following = new Followed(++requests, root, depth, hearing);
      followings.put(following.id, following);
      following.ask(this);
      return () -> {
        followings.remove(following.id);
        if (connection != null) {
          connection.unfollow(following.id);
        }
      };
    }
  }
}
