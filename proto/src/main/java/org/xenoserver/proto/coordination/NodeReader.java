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
  private final Set<Wanted> waiting = new LinkedHashSet<>();
  private boolean reading;

  /**
   * A node somebody wants to read.
   *
   * @param number the wanter's own
   */
  private record Wanted(Wanter wanter, int number, String path) {}

  /** Who is told what was read. */
  @FunctionalInterface
  interface Wanter {
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
   * @return whether the wanter is told once more for it: not if it is waiting for the same already
   */
  boolean read(Wanter wanter, int number, String path) {
    boolean more = waiting.add(new Wanted(wanter, number, path));
    next();
    return more;
  }

  private void next() {
    if (reading || waiting.isEmpty()) {
      return;
    }
    reading = true;
    List<Wanted> asked = new ArrayList<>();
    List<Op> operations = new ArrayList<>();
    Iterator<Wanted> iterator = waiting.iterator();
    while (iterator.hasNext() && asked.size() < MOST_NODES) {
      Wanted wanted = iterator.next();
      iterator.remove();
      asked.add(wanted);
      operations.add(Op.getData(wanted.path()));
    }
    MultiCallback callback =
        (code, path, context, results) -> {
          loop.execute(this::done);
          for (int i = 0; i < asked.size(); i++) {
            Wanted wanted = asked.get(i);
            // Without results the code is that of the whole request.
            OpResult result = results == null ? new OpResult.ErrorResult(code) : results.get(i);
            loop.execute(() -> tell(wanted, result));
          }
        };
    client.multi(operations, callback, null);
  }

  private void done() {
    reading = false;
    next();
  }

  private static void tell(Wanted wanted, OpResult result) {
    Wanter wanter = wanted.wanter();
    switch (result) {
      case OpResult.GetDataResult found ->
          wanter.arrived(
              wanted.number(), wanted.path(), Code.OK.intValue(), found.getData(), found.getStat());
      case OpResult.ErrorResult error ->
          wanter.arrived(wanted.number(), wanted.path(), error.getErr(), null, null);
      default -> throw new IllegalStateException("ZooKeeper answers a reading with " + result);
    }
  }
}
