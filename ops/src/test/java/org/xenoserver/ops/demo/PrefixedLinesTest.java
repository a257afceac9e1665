package org.xenoserver.ops.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PrefixedLinesTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrefixedLines lines =
      new PrefixedLines("alpha", new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void shouldPrintWholeLinesHoweverTheyArrive() {
    lines.print("Linux ver");
    lines.print("sion 6.12\r\nroot@alpha");

    assertThat(text()).isEqualTo("alpha | Linux version 6.12\n");

    lines.print(":/# ");
    lines.end();
    lines.end();

    assertThat(text()).isEqualTo("alpha | Linux version 6.12\nalpha | root@alpha:/# \n");
  }

  @Test
  void shouldKeepTheGuestFromSteeringTheTerminal() {
    lines.print("\u001b[31mred\u001b[0m \u0007bell # \u001b[6n\n");

    assertThat(text()).isEqualTo("alpha | red bell # \n");
  }

  @Test
  void shouldBreakALineThatNeverEnds() {
    lines.print("x".repeat(10_000));

    assertThat(text().lines()).hasSize(2).allMatch(line -> line.startsWith("alpha | xxx"));
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
