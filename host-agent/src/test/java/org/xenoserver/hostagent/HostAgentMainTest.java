package org.xenoserver.hostagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.hostagent.domains.FakeHypervisor;
import picocli.CommandLine;

final class HostAgentMainTest {
  @TempDir Path folder;
  private final StringWriter errors = new StringWriter();

  private int run(String yaml) throws Exception {
    Path file = folder.resolve("agent.yaml");
    Files.writeString(file, yaml);
    return new CommandLine(
            new HostAgentMain((processors, memoryBytes, permit) -> new FakeHypervisor(memoryBytes)))
        .setErr(new PrintWriter(errors, true))
        .execute("--config", file.toString());
  }

  @Test
  void shouldRefuseAnUnknownKey() throws Exception {
    assertThat(run("name: h1\nlisten: 127.0.0.1:0\nhostt: x\n")).isEqualTo(2);
    assertThat(errors.toString())
        .startsWith("host-agent: " + folder.resolve("agent.yaml") + ":3:1: unknown key 'hostt';")
        .hasLineCount(1);
  }

  @Test
  void shouldRefuseAValueOutOfRange() throws Exception {
    assertThat(run("name: h1\nlisten: 127.0.0.1:0\nleaseTimeout: 100ms\n")).isEqualTo(2);
    assertThat(errors.toString())
        .endsWith(":3:15: leaseTimeout is 100ms; it must be 1s to 60s" + System.lineSeparator());
  }

  @Test
  void shouldSayThatItsPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(run("name: h1\nlisten: 127.0.0.1:" + port + "\n")).isEqualTo(1);
      assertThat(errors.toString().strip())
          .isEqualTo("host-agent: cannot listen on 127.0.0.1:" + port + ": address already in use");
    }
  }
}
