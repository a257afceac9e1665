package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daemons that are started while ZooKeeper is away, as all are after a power failure. */
final class LateZooKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENS = Pattern.compile("listens on \\S+:\\d+");
  private static final Map<String, String> DAEMONS =
      Map.of(
          "cluster-manager", "",
          "accounting", "metricsListen: 127.0.0.1:0\nledger: ':memory:'\n",
          "host-agent", "name: alpha\nprocessors: 1\nmemory: 64M\n");

  @TempDir private Path folder;
  private final Map<String, XenoProcess> processes = new TreeMap<>();
  private String zooKeeper = "";

  @BeforeEach
  void startAllButZooKeeper() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      zooKeeper = "127.0.0.1:" + socket.getLocalPort();
    }
    for (Map.Entry<String, String> daemon : DAEMONS.entrySet()) {
      start(
          daemon.getKey(),
          daemon.getValue() + "listen: 127.0.0.1:0\nzookeeper: %s\n".formatted(zooKeeper));
    }
    for (String daemon : DAEMONS.keySet()) {
      process(daemon)
          .errors()
          .await(
              Pattern.compile(Pattern.quote(zooKeeper) + ".*(is waited for|does not answer)"),
              PATIENCE);
    }
  }

  private void start(String daemon, String configuration) throws IOException {
    Path file = Files.writeString(folder.resolve(daemon + ".yaml"), configuration);
    processes.put(daemon, XenoProcess.start(daemon, "--config", file.toString()));
  }

  private XenoProcess process(String daemon) {
    return Objects.requireNonNull(processes.get(daemon));
  }

  @AfterEach
  void end() {
    processes.values().forEach(XenoProcess::close);
  }

  @Test
  void shouldBeReadyOnceItAnswers() throws Exception {
    start("zookeeper", "listen: %s\ndata: %s\n".formatted(zooKeeper, folder.resolve("data")));
    for (String daemon : DAEMONS.keySet()) {
      process(daemon).output().await(LISTENS, PATIENCE);
    }
  }

  @Test
  void shouldEndWhenAskedToWhileTheyWait() throws Exception {
    for (String daemon : DAEMONS.keySet()) {
      XenoProcess.Ended ended = process(daemon).stop();
      assertThat(ended.status()).as("status of %s", daemon).isZero();
      assertThat(ended.output()).isEmpty();
      assertThat(ended.errors()).doesNotContain(" ERROR ", "\tat ");
    }
  }
}
