package org.xenoserver.ops.cluster;

import org.xenoserver.proto.config.Endpoint;

/** A ZooKeeper server of this process. */
public sealed interface RunningZooKeeper extends AutoCloseable
    permits EmbeddedZooKeeper, EnsembleZooKeeper {
  /** Where it listens for clients, with the actual port. */
  Endpoint endpoint();

  /** Ends all sessions' connections and stops. */
  @Override
  void close();
}
