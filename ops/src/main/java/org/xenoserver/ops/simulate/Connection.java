package org.xenoserver.ops.simulate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Write;

/**
 * A client's connection to one server: messages arrive in order, late while the link is cut, and
 * not at all once it is closed.
 */
final class Connection {
  private static final long RETRY_NS = 200_000_000L;

  private final VirtualTime time;
  private final Network network;
  private final Ensemble ensemble;
  private final Ensemble.Server server;
  private final SimulatedStore client;
  private final long session;
  private final Line toServer;
  private final Line toClient;
  private final Map<Integer, Followed> followed = new LinkedHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean closed;

  private record Followed(String root, int depth) {}

  /** An answer that waits until the server has carried a transaction out. */
  private record Waiting(int transaction, Runnable answer) {}

  /** One direction. */
  private final class Line {
    private final String from;
    private final String to;
    private final ArrayDeque<Runnable> messages = new ArrayDeque<>();
    private boolean moving;

    Line(String from, String to) {
      this.from = from;
      this.to = to;
    }

    void send(Runnable message) {
      messages.add(message);
      move(network.delayNs(from, to));
    }

    private void move(long delayNs) {
      if (moving || closed || messages.isEmpty()) {
        return;
      }
      moving = true;
      time.after(
          delayNs,
          () -> {
            moving = false;
            if (closed) {
              return;
            }
            if (!network.reaches(from, to)) {
              move(RETRY_NS);
              return;
            }
            Runnable message = messages.poll();
            if (message != null) {
              message.run();
            }
            move(10_000);
          });
    }
  }

  Connection(
      VirtualTime time,
      Network network,
      Ensemble ensemble,
      Ensemble.Server server,
      SimulatedStore client,
      long session) {
    this.time = time;
    this.network = network;
    this.ensemble = ensemble;
    this.server = server;
    this.client = client;
    this.session = session;
    this.toServer = new Line(client.name(), server.name);
    this.toClient = new Line(server.name, client.name());
    server.connections.add(this);
  }

  long session() {
    return session;
  }

  /** Ends it at both ends. What was asked and not answered may have been carried out. */
  void close() {
    if (!closed) {
      closed = true;
      server.connections.remove(this);
      client.disconnected(this);
    }
  }

  /** Ends it because the client is gone. */
  void abandon() {
    closed = true;
    server.connections.remove(this);
  }

  void ping() {
    toServer.send(() -> {
      server.touch(session);
      toClient.send(() -> client.heard(this));
    });
  }

  void commit(int request, List<Write> writes) {
    toServer.send(() -> {
      server.touch(session);
      Ensemble.Ordered ordered = ensemble.order(server, session, writes);
      if (ordered == null) {
        // A server that has lost its leader ends its connections.
        close();
      } else {
        answer(ordered.transaction(), () -> client.answered(this, request, ordered.result()));
      }
    });
  }

  void follow(int id, String root, int depth) {
    toServer.send(() -> {
      server.touch(session);
      // A sync: the answer is not older than this moment.
      answerFirst(
          ensemble.ordered(),
          () -> {
            followed.put(id, new Followed(root, depth));
            Map<String, Node> nodes = server.tree.below(root, depth);
            toClient.send(() -> client.snapshot(this, id, nodes));
          });
    });
  }

  void unfollow(int id) {
    toServer.send(() -> followed.remove(id));
  }

  private void answer(int transaction, Runnable atClient) {
    answerFirst(transaction, () -> toClient.send(atClient));
  }

  private void answerFirst(int transaction, Runnable atServer) {
    if (server.applied() >= transaction && waiting.isEmpty()) {
      atServer.run();
    } else {
      waiting.add(new Waiting(transaction, atServer));
    }
  }

  /** The server has carried a transaction out: followers hear of it before later answers. */
  void applied(List<NodeTree.Change> changes) {
    followed.forEach((id, what) -> {
      for (NodeTree.Change change : changes) {
        if (NodeTree.level(what.root(), change.path()) == what.depth()) {
          toClient.send(() -> client.changed(this, id, change));
        }
      }
    });
    while (!waiting.isEmpty() && waiting.getFirst().transaction() <= server.applied()) {
      waiting.removeFirst().answer().run();
    }
  }
}
