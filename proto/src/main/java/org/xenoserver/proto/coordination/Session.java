package org.xenoserver.proto.coordination;

import java.util.List;
import java.util.function.Consumer;

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

  /** Ends a following; nothing more is told. */
  @FunctionalInterface
  interface Following {
    void end();
  }
}
