package org.xenoserver.integrationtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That links are cut where they are said to be, and only there. */
@Tag("faults")
@Timeout(60)
final class FaultNetworkTest {
  @Test
  void shouldCutAndHeal() throws Exception {
    FaultNetwork.require();
    try (FaultNetwork network = FaultNetwork.create(List.of("one", "two"));
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"))) {
      String ours = network.address("one").replaceFirst("\\d+$", "1");
      String outOfBand = network.outOfBand("one").replaceFirst("\\d+$", "1");
      int port = server.getLocalPort();
      assertThat(reaches(network, "one", ours, port)).isTrue();
      network.cutOutgoing("one");
      assertThat(reaches(network, "one", ours, port)).isFalse();
      assertThat(reaches(network, "two", ours, port)).isTrue();
      assertThat(reaches(network, "one", outOfBand, port)).isTrue();
      network.heal("one");
      assertThat(reaches(network, "one", ours, port)).isTrue();
      network.cutIncoming("one");
      assertThat(reaches(network, "one", ours, port)).isFalse();
      assertThat(reaches(network, "two", ours, port)).isTrue();
      network.heal("one");
      assertThat(reaches(network, "one", ours, port)).isTrue();
      // Between two nodes: refused at once where it is reached, as nothing listens there.
      assertThat(refuses(network, "one", network.address("two"))).isTrue();
      network.cut("one", "two");
      assertThat(refuses(network, "one", network.address("two"))).isFalse();
      assertThat(reaches(network, "one", ours, port)).isTrue();
      network.heal("one");
      assertThat(refuses(network, "one", network.address("two"))).isTrue();
    }
  }

  private static boolean reaches(FaultNetwork network, String node, String address, int port)
      throws IOException, InterruptedException {
    return connect(network, node, address, port).isEmpty();
  }

  private static boolean refuses(FaultNetwork network, String node, String address)
      throws IOException, InterruptedException {
    return connect(network, node, address, 9).contains("refused");
  }

  /** What a connection attempt of a second says; nothing if it is made. */
  private static String connect(FaultNetwork network, String node, String address, int port)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(network.launcher(node));
    command.addAll(List.of("timeout", "1", "bash", "-c"));
    command.add("exec 3<>/dev/tcp/%s/%d".formatted(address, port));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : "failed: " + said;
  }
}
