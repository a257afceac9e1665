package org.xenoserver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.ops.image.ImageCommand;
import picocli.CommandLine.Command;

final class InvocationTest {
  private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
  private final PrintStream standardError = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(standardError);
  }

  @Command
  private static final class Failing implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
      throw new IOException("the disk is full:\n  /dev/vda");
    }
  }

  @Test
  void shouldTellAFailureInOneLineWithStatus1() {
    int status = Invocation.run("xeno failing", new Failing());

    assertThat(status).isEqualTo(1);
    assertThat(complaints()).containsExactly("xeno failing: the disk is full:; /dev/vda");
  }

  @Test
  void shouldTellWrongUsageInOneLineWithStatus2() {
    assertThat(Invocation.run("xeno image", new ImageCommand(), "list", "--bogus")).isEqualTo(2);
    assertThat(Invocation.run("xeno image", new ImageCommand(), "import")).isEqualTo(2);
    assertThat(Invocation.run("xeno image", new ImageCommand())).isEqualTo(2);
    assertThat(Invocation.run("xeno image", new ImageCommand(), "fetch", "gentoo")).isEqualTo(2);

    assertThat(complaints())
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("xeno image list: ").contains("--bogus"),
            line -> assertThat(line).startsWith("xeno image import: ").contains("--name"),
            line -> assertThat(line).contains("fetch, import, list, remove"),
            line -> assertThat(line).contains("gentoo").contains("debian"));
  }

  private List<String> complaints() {
    return complaints.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
