package org.xenoserver.proto.coordination;

import java.util.List;

/** What became of writes. */
public sealed interface Commit {
  /**
   * All happened.
   *
   * @param versions of the node of each write, after it; -1 for one deleted or checked
   * @param transaction the store's number of it
   */
  record Done(List<Integer> versions, long transaction) implements Commit {}

  /**
   * None happened.
   *
   * @param index the write that could not be
   */
  record Refused(int index, Reason reason) implements Commit {}

  /** The answer was lost, or the session: they happened, or will happen, or will not. */
  record Unknown(String why) implements Commit {}

  /** Why a write could not be. */
  enum Reason {
    NODE_EXISTS,
    NO_NODE,
    BAD_VERSION,
    NOT_EMPTY,
    OTHER
  }
}
