package org.xenoserver.proto.coordination;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One session with the store. What it asks is carried out in the order it was asked; every callback
 * comes on the owner's event loop, in that order.
 */
public interface Session {
  /** How long the store keeps the session without hearing of it, as it was agreed. */
  long timeoutNs();

  /** Carries out all of the writes or none of them. */
  void commit(List<Write> writes, Consumer<Commit> done);

  /**
   * Tells of a folder and what is below it: a snapshot not older than this call, then every change
   * or the last of several; a new snapshot whenever changes may have been missed.
   *
   * @param depth how many levels below the root there are nodes that matter; 0 for the root alone
   */
  Following follow(String root, int depth, TreeListener listener);

  /**
   * Reads one node, not older than this call.
   *
   * @param found given the node, or null if there is none
   */
  default void read(String path, Consumer<@Nullable Node> found) {
    Following[] following = new Following[1];
    following[0] =
        follow(
            path,
            0,
            new TreeListener() {
              @Override
              public void snapshot(Map<String, Node> nodes) {
                following[0].end();
                found.accept(nodes.get(path));
              }

              @Override
              public void put(String changed, Node node) {}

              @Override
              public void removed(String removed) {}
            });
  }

  /** Ends a following; nothing more is told. */
  @FunctionalInterface
  interface Following {
    void end();
  }
}
