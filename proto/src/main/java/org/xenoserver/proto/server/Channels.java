package org.xenoserver.proto.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.config.Endpoint;

/** Connections to servers of ours. */
public final class Channels {
  private static final long KEEP_ALIVE_SECONDS = 10;

  private Channels() {}

  /**
   * Opens a connection that is made on first use and again whenever it is lost. A peer that has
   * vanished without a word is noticed within 20 seconds while a call is open. The caller shuts the
   * channel down.
   */
  public static ManagedChannel open(Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .usePlaintext()
        .executor(RpcExecutor.SHARED)
        .offloadExecutor(RpcExecutor.SHARED)
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .build();
  }
}
