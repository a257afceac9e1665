package org.xenoserver.hostagent.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.ZooKeeperLayout;
import org.xenoserver.proto.v1.Host;

final class LeaseTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final AtomicInteger changes = new AtomicInteger();
  private TestingServer server;
  private CuratorFramework zookeeper;
  private Lease lease;

  @BeforeEach
  void take() throws Exception {
    server = new TestingServer();
    zookeeper =
        CuratorFrameworkFactory.builder()
            .connectString(server.getConnectString())
            .namespace(ZooKeeperLayout.NAMESPACE)
            .sessionTimeoutMs((int) TIMEOUT.toMillis())
            .retryPolicy(new RetryOneTime(100))
            .build();
    zookeeper.start();
    lease =
        new Lease(
            zookeeper,
            Host.newBuilder().setName("h1").build(),
            TIMEOUT,
            InstantSource.system(),
            changes::incrementAndGet);
    lease.take();
  }

  @AfterEach
  void close() throws Exception {
    lease.close();
    zookeeper.close();
    server.close();
  }

  @Test
  void shouldBeTakenAgainWithANewSession() throws Exception {
    assertThat(lease.held()).isTrue();
    long session = zookeeper.getZookeeperClient().getZooKeeper().getSessionId();
    zookeeper.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
    // Lost once and taken once more.
    await().until(() -> changes.get() >= 3 && lease.held());
    long owner = zookeeper.checkExists().forPath(ZooKeeperLayout.lease("h1")).getEphemeralOwner();
    assertThat(owner).isNotEqualTo(session);
    assertThat(zookeeper.getZookeeperClient().getZooKeeper().getSessionId()).isEqualTo(owner);
  }

  @Test
  void shouldNotBeHeldWhileZooKeeperIsAway() throws Exception {
    server.stop();
    await().until(() -> !lease.held());
    server.restart();
    await().atMost(Duration.ofSeconds(20)).until(lease::held);
  }

  @Test
  void shouldNotBeHeldOnceGivenBack() throws Exception {
    lease.close();
    assertThat(lease.held()).isFalse();
    assertThat(zookeeper.checkExists().forPath(ZooKeeperLayout.lease("h1"))).isNull();
  }
}
