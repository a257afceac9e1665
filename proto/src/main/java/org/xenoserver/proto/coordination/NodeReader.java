package org.xenoserver.proto.coordination;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Reads nodes for the trees of a session: at once while nothing is being read, and otherwise all
 * that was asked for meanwhile with one request. Owned by the event loop.
 */
final class NodeReader {
  /** No node is larger than 1 MiB, and no answer may be larger than a client takes. */
  private static final int MOST_NODES = 50;

  private final ZooKeeper client;
  private final EventLoop loop;
  private final Set<Pending> waiting = new LinkedHashSet<>();
  private boolean reading;

  /**
   * A reading asked for and not sent.
   *
   * @param number the listener's own
   */
  private record Pending(Listener listener, int number, String path) {}

  /** Who is told what was read. */
  @FunctionalInterface
  interface Listener {
    /** What came of a reading; data and stat are null unless the code is OK. */
    void arrived(int number, String path, int code, byte @Nullable [] data, @Nullable Stat stat);
  }

  NodeReader(ZooKeeper client, EventLoop loop) {
    this.client = client;
    this.loop = loop;
  }

  /**
   * Reads a node, not older than this call.
   *
   * @return whether the listener is told once more for it: not if it is waiting for the same
   *     already
   */
  boolean read(Listener listener, int number, String path) {
    boolean more = waiting.add(new Pending(listener, number, path));
    next();
    return more;
  }

  private void next() {
    if (reading || waiting.isEmpty()) {
      return;
    }
    reading = true;
    List<Pending> asked = new ArrayList<>();
    List<Op> operations = new ArrayList<>();
    Iterator<Pending> iterator = waiting.iterator();
    while (iterator.hasNext() && asked.size() < MOST_NODES) {
      Pending pending = iterator.next();
      iterator.remove();
      asked.add(pending);
      operations.add(Op.getData(pending.path()));
    }
    MultiCallback callback =
        (code, path, context, results) -> {
          loop.execute(this::done);
          for (int i = 0; i < asked.size(); i++) {
            Pending pending = asked.get(i);
            // Without results the code is that of the whole request.
            OpResult result = results == null ? new OpResult.ErrorResult(code) : results.get(i);
            loop.execute(() -> tell(pending, result));
          }
        };
    client.multi(operations, callback, null);
  }

  private void done() {
    reading = false;
    next();
  }

  private static void tell(Pending pending, OpResult result) {
    Listener listener = pending.listener();
    switch (result) {
      case OpResult.GetDataResult found ->
          listener.arrived(
              pending.number(),
              pending.path(),
              Code.OK.intValue(),
              found.getData(),
              found.getStat());
      case OpResult.ErrorResult error ->
          listener.arrived(pending.number(), pending.path(), error.getErr(), null, null);
      default -> throw new IllegalStateException("ZooKeeper answers a reading with " + result);
    }
  }
}
