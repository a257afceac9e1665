package org.xenoserver.ops.xenctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.DomainState;

final class ConsoleVerbTest {
  private final FakeCluster cluster;
  private final AtomicInteger terminalsClosed = new AtomicInteger();

  ConsoleVerbTest() throws IOException {
    cluster = new FakeCluster();
  }

  @BeforeEach
  void addDomain() {
    cluster.add("a", DomainState.DOMAIN_STATE_RUNNING);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void shouldTypeStandardInputAndLeaveWhenTheGuestIsQuiet() {
    Invocation console = piped("uname\n", "console", "a", "--quiet", "300ms");
    assertThat(console).isEqualTo(new Invocation(0, FakeCluster.GREETING + "uname\r\n", ""));
    assertThat(cluster.typed.getFirst().getDomain()).isEqualTo("a");
  }

  @Test
  void shouldLeaveOutTheReplay() {
    Invocation console = piped("uname\n", "console", "a", "--no-replay", "--quiet", "300ms");
    assertThat(console.out()).isEqualTo("uname\r\n");
  }

  @Test
  void shouldLeaveWhenALineOfTheOutputMatches() throws IOException {
    try (PipedOutputStream keyboard = new PipedOutputStream()) {
      PipedInputStream in = new PipedInputStream(keyboard);
      keyboard.write("one\n\u00e4nd\n".getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
      Invocation console =
          Invocation.at(cluster, in, Optional::empty, "console", "a", "--until", "^\u00e4nd$");
      assertThat(console.status()).isZero();
      assertThat(console.out()).endsWith("\u00e4nd\r\n");
    }
  }

  @Test
  void shouldFailWhenTheOutputDoesNotMatchInTime() {
    assertThat(piped("x\n", "console", "a", "--until", "never", "--timeout", "300ms"))
        .isEqualTo(
            new Invocation(
                4,
                FakeCluster.GREETING + "x\r\n",
                "xenctl: the console of 'a' did not show /never/ within 300ms\n"));
    assertThat(piped("logout\n", "console", "a", "--until", "never").err())
        .isEqualTo("xenctl: the console of 'a' did not show /never/ before it was closed\n");
  }

  @Test
  void shouldHandEveryKeyButCtrlBracketToTheGuest() {
    Invocation console = onTerminal("\u0003\u0004ls\r\u001dnot sent");
    assertThat(console.status()).isZero();
    assertThat(console.err())
        .isEqualTo("Console of a; Ctrl-] leaves it.\r\n\nLeft the console of a.\n");
    assertThat(
            cluster.typed.stream()
                .map(input -> input.getData().toStringUtf8())
                .collect(Collectors.joining()))
        .isEqualTo("\u0003\u0004ls\r");
    assertThat(cluster.halfClosed).hasValue(1);
    assertThat(terminalsClosed).hasValue(1);
  }

  @Test
  void shouldSayThatTheGuestsSideClosed() {
    Invocation console = onTerminal("logout\r");
    assertThat(console.status()).isZero();
    assertThat(console.err()).endsWith("\nThe console of a was closed.\n");
    assertThat(terminalsClosed).hasValue(1);
  }

  @Test
  void shouldGiveTheTerminalBackWhenTheDomainIsNotThere() {
    cluster.domains.clear();
    Invocation console = onTerminal("");
    assertThat(console.status()).isEqualTo(3);
    assertThat(console.err()).endsWith("xenctl: domain 'a' does not exist\n");
    assertThat(terminalsClosed).hasValue(1);
  }

  private Invocation piped(String input, String... arguments) {
    return Invocation.at(cluster, bytes(input), Optional::empty, arguments);
  }

  private Invocation onTerminal(String typed) {
    return Invocation.at(
        cluster, bytes(typed), () -> Optional.of(terminalsClosed::incrementAndGet), "console", "a");
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
