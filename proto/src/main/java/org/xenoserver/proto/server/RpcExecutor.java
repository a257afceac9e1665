package org.xenoserver.proto.server;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The virtual threads that serve requests and callbacks; they end with their tasks. */
final class RpcExecutor {
  static final Executor SHARED =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rpc-", 0).factory());

  private RpcExecutor() {}
}
