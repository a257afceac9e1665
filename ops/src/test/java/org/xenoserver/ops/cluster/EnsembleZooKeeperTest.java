package org.xenoserver.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.ops.cluster.ZooKeeperConfig.EnsembleServer;
import org.xenoserver.proto.config.ConfigException;
import org.xenoserver.proto.config.ConfigFile;
import org.xenoserver.proto.config.Endpoint;

@Timeout(120)
final class EnsembleZooKeeperTest {
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  @TempDir private Path folder;

  @Test
  void shouldKeepWhatItAcknowledgedWhenAServerIsLost() throws Exception {
    List<EnsembleServer> members =
        List.of(server(1, freePort()), server(2, freePort()), server(3, freePort()));
    List<EnsembleZooKeeper> running = new ArrayList<>();
    try {
      for (EnsembleServer member : members) {
        running.add(
            EnsembleZooKeeper.start(ANY, folder.resolve("zk" + member.id()), member.id(), members));
      }
      String all =
          running.stream().map(peer -> peer.endpoint().toString()).collect(Collectors.joining(","));
      try (CuratorFramework client =
          CuratorFrameworkFactory.newClient(all, 10_000, 2_000, new RetryForever(100))) {
        client.start();
        client.create().forPath("/kept", new byte[] {1});
        running.removeFirst().close();
        client.setData().forPath("/kept", new byte[] {2});
        running.removeFirst().close();
        // One of three is no majority: it may not serve.
        running.add(EnsembleZooKeeper.start(ANY, folder.resolve("zk1"), 1, members));
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .untilAsserted(() -> {
              try (CuratorFramework fresh =
                  CuratorFrameworkFactory.newClient(
                      running.getLast().endpoint().toString(),
                      10_000,
                      2_000,
                      new RetryForever(100))) {
                fresh.start();
                assertThat(fresh.getData().forPath("/kept")).containsExactly(2);
              }
            });
      }
    } finally {
      running.forEach(EnsembleZooKeeper::close);
    }
  }

  @Test
  void shouldSayWhereItCannotListen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EnsembleServer member = server(1, taken.getLocalPort());
      assertThatThrownBy(() -> EnsembleZooKeeper.start(ANY, folder, 1, List.of(member)))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("ZooKeeper cannot listen on " + member.quorum());
    }
  }

  @Test
  void shouldRefuseAnIdThatIsNoServers() {
    String yaml =
        """
        data: /tmp/zk
        %s
        servers:
          - id: 1
            quorum: zk1:2888
            election: zk1:3888
        """;
    assertThatThrownBy(() -> config(yaml.formatted("id: 2")))
        .hasMessageContaining("id is 2, but there is no such server in the list of servers");
    assertThatThrownBy(() -> config(yaml.formatted("")))
        .hasMessageContaining("id is missing; it must be that of one of the servers");
    assertThatThrownBy(() -> config("data: /tmp/zk\nid: 1\n"))
        .hasMessageContaining("id is 1, but there is no such server in the list of servers");
  }

  private static ZooKeeperConfig config(String yaml) throws ConfigException {
    return ConfigFile.parse("zookeeper.yaml", yaml, ZooKeeperConfig.class);
  }

  private static EnsembleServer server(int id, int quorumPort) throws IOException {
    return new EnsembleServer(
        id, new Endpoint("127.0.0.1", quorumPort), new Endpoint("127.0.0.1", freePort()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
