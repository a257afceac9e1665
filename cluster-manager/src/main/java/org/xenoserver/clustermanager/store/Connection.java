package org.xenoserver.clustermanager.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/** Opens the connection to ZooKeeper. */
public final class Connection {
  private static final int RETRY_BASE_MS = 50;
  private static final int RETRY_MAX_MS = 1_000;
  private static final int RETRIES = 5;

  private Connection() {}

  /**
   * Connects; the caller closes the client.
   *
   * @param zooKeeper host:port, several separated by commas
   * @param sessionTimeout how long ZooKeeper keeps the session of a client it does not hear from
   * @param patience how long to wait for the first connection
   * @throws RpcFailure UNAVAILABLE if ZooKeeper does not answer in time
   */
  public static CuratorFramework open(String zooKeeper, Duration sessionTimeout, Duration patience)
      throws InterruptedException {
    int sessionMs = Math.toIntExact(sessionTimeout.toMillis());
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(zooKeeper)
            .namespace(ZooKeeperLayout.NAMESPACE)
            .sessionTimeoutMs(sessionMs)
            .connectionTimeoutMs(sessionMs)
            .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_BASE_MS, RETRY_MAX_MS, RETRIES))
            .build();
    boolean connected = false;
    try {
      client.start();
      connected = client.blockUntilConnected((int) patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!connected) {
        client.close();
      }
    }
    if (!connected) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE,
          "ZooKeeper at %s does not answer within %d s".formatted(zooKeeper, patience.toSeconds()));
    }
    return client;
  }
}
