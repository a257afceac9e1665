package org.xenoserver.proto.coordination;

/**
 * The cluster's store, with ZooKeeper's semantics. It connects by itself, one session after
 * another; whatever is asked of a session ends with that session and is never carried over to the
 * next.
 */
public interface Store extends AutoCloseable {
  /** Begins to connect; once. The listener is called on the owner's event loop. */
  void open(SessionListener listener);

  /** Ends the session, and what is ephemeral with it. Idempotent. */
  @Override
  void close();

  /** Hears of sessions. */
  interface SessionListener {
    /** A session has begun. Every session before has been told to be lost. */
    void connected(Session session);

    /** The server is not heard any more; the session may live or die. */
    default void suspended(Session session) {}

    /** The server is heard again in the same session. */
    default void resumed(Session session) {}

    /** The session is over, and what was ephemeral is gone; another will begin. */
    void lost(Session session);
  }
}
