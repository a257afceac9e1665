package org.xenoserver.integrationtests.faults;

import org.jspecify.annotations.Nullable;

/**
 * A client's request about one domain, from when it was first sent until its answer, however often
 * it was sent again meanwhile.
 *
 * @param startNs when it was first sent
 * @param endNs when it was answered; {@link Long#MAX_VALUE} if never
 * @param answer null if it was never answered: it may have happened at any time since, or not
 */
record Operation(Kind kind, String requestId, long startNs, long endNs, @Nullable Answer answer) {
  /** What was asked. */
  enum Kind {
    CREATE,
    DESTROY,
    /** Looks whether the domain exists. */
    GET
  }

  /** What was said. */
  enum Answer {
    /** Done, or there. */
    OK,
    ALREADY_EXISTS,
    NOT_FOUND,
    /** Refused for another reason; changed nothing. */
    REFUSED
  }
}
