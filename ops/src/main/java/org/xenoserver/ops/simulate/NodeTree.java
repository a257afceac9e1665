package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.coordination.Commit;
import org.xenoserver.proto.coordination.Node;
import org.xenoserver.proto.coordination.Write;

/** ZooKeeper's tree of nodes, as one server has it. */
final class NodeTree {
  private final TreeMap<String, Stored> nodes = new TreeMap<>();

  /**
   * A node.
   *
   * @param session that it goes with; 0 if it stays
   */
  record Stored(Node node, long session) {}

  /** What one transaction made of a node; empty if it is gone. */
  record Change(String path, Optional<Stored> after) {}

  /** What became of writes: the changes, or why not. */
  record Outcome(@Nullable List<Change> changes, Commit result) {}

  @Nullable Stored get(String path) {
    return nodes.get(path);
  }

  void apply(List<Change> changes) {
    for (Change change : changes) {
      change
          .after()
          .ifPresentOrElse(
              stored -> nodes.put(change.path(), stored), () -> nodes.remove(change.path()));
    }
  }

  /** Works writes out against this tree, changing nothing. */
  Outcome prepare(List<Write> writes, long session, long transaction) {
    Map<String, Optional<Stored>> after = new HashMap<>();
    List<Change> changes = new ArrayList<>();
    List<Integer> versions = new ArrayList<>();
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      Stored old = seen(after, write.path());
      Commit.Reason refusal = refusal(write, old, after);
      if (refusal != null) {
        return new Outcome(null, new Commit.Refused(i, refusal));
      }
      switch (write) {
        case Write.Create create -> {
          put(
              after,
              changes,
              write.path(),
              new Stored(
                  new Node(create.data(), 0, transaction), create.ephemeral() ? session : 0));
          versions.add(0);
        }
        case Write.SetData set -> {
          int version = old == null ? 0 : old.node().version() + 1;
          put(
              after,
              changes,
              write.path(),
              new Stored(
                  new Node(set.data(), version, transaction), old == null ? 0 : old.session()));
          versions.add(version);
        }
        case Write.Delete _ -> {
          after.put(write.path(), Optional.empty());
          changes.add(new Change(write.path(), Optional.empty()));
          versions.add(-1);
        }
        case Write.Check _ -> versions.add(-1);
      }
    }
    return new Outcome(changes, new Commit.Done(versions, transaction));
  }

  private static void put(
      Map<String, Optional<Stored>> after, List<Change> changes, String path, Stored stored) {
    after.put(path, Optional.of(stored));
    changes.add(new Change(path, Optional.of(stored)));
  }

  private @Nullable Stored seen(Map<String, Optional<Stored>> after, String path) {
    Optional<Stored> changed = after.get(path);
    return changed == null ? nodes.get(path) : changed.orElse(null);
  }

  private Commit.@Nullable Reason refusal(
      Write write, @Nullable Stored old, Map<String, Optional<Stored>> after) {
    if (write instanceof Write.Create) {
      if (old != null) {
        return Commit.Reason.NODE_EXISTS;
      }
      String parent = write.path().substring(0, write.path().lastIndexOf('/'));
      return parent.isEmpty() || seen(after, parent) != null ? null : Commit.Reason.NO_NODE;
    }
    if (old == null) {
      return Commit.Reason.NO_NODE;
    }
    int version =
        switch (write) {
          case Write.SetData set -> set.version();
          case Write.Delete delete -> delete.version();
          case Write.Check check -> check.version();
          case Write.Create _ -> -1;
        };
    return version == -1 || version == old.node().version() ? null : Commit.Reason.BAD_VERSION;
  }

  /** The nodes of a depth below a root. */
  Map<String, Node> below(String root, int depth) {
    Map<String, Node> found = new TreeMap<>();
    if (depth == 0) {
      Stored stored = nodes.get(root);
      if (stored != null) {
        found.put(root, stored.node());
      }
      return found;
    }
    String first = root + "/";
    for (Map.Entry<String, Stored> entry : nodes.tailMap(first, true).entrySet()) {
      if (!entry.getKey().startsWith(first)) {
        break;
      }
      if (level(root, entry.getKey()) == depth) {
        found.put(entry.getKey(), entry.getValue().node());
      }
    }
    return found;
  }

  /** How deep a path is below a root; -1 if it is not. */
  static int level(String root, String path) {
    if (path.equals(root)) {
      return 0;
    }
    if (path.length() <= root.length()
        || !path.startsWith(root)
        || path.charAt(root.length()) != '/') {
      return -1;
    }
    int level = 0;
    for (int i = root.length(); i < path.length(); i++) {
      if (path.charAt(i) == '/') {
        level++;
      }
    }
    return level;
  }

  /** What goes when a session ends. */
  List<Change> endOf(long session) {
    List<Change> changes = new ArrayList<>();
    nodes.forEach((path, stored) -> {
      if (stored.session() == session) {
        changes.add(new Change(path, Optional.empty()));
      }
    });
    return changes;
  }
}
