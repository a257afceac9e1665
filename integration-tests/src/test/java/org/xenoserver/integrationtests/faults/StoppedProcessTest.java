package org.xenoserver.integrationtests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped while its domain has a permit, and goes on when it has none. */
@Timeout(60)
final class StoppedProcessTest {
  private static final int PERMIT_MS = 3_000;
  private static final long PERMIT_NS = PERMIT_MS * 1_000_000L;

  /** Instructions between two looks at the clock, as RunPermit says. */
  private static final int CHUNK = 8192;

  /** What a line takes at least: its pause. */
  private static final int LINE_INSTRUCTIONS = 4_000;

  /** Prints the real-time clock's ns again and again. */
  private static final String SOURCE =
      """
        li s2, 0x10000000
        li s3, 0x101000
      again:
        lwu a0, 0(s3)
        lwu t0, 4(s3)
        slli t0, t0, 32
        or a0, a0, t0
      {print hex}
        li t2, 10
        sb t2, 0(s2)
        li t4, 2000
      pause:
        addi t4, t4, -1
        bnez t4, pause
        j again
      """
          .replace("{print hex}", BareKernel.PRINT_HEX);

  @TempDir private Path folder;

  @Test
  void shouldExecuteNoMoreThanTheRestOfAChunkWhenItGoesOn() throws Exception {
    Path kernel = BareKernel.write(folder.resolve("clock"), SOURCE);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                FencedGuest.class.getName(),
                kernel.toString(),
                Integer.toString(PERMIT_MS))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new CopyOnWriteArrayList<>();
    try (BufferedReader said = process.inputReader()) {
      Thread reader = Thread.ofPlatform().daemon().start(() -> said.lines().forEach(lines::add));
      await().until(() -> lines.size() > 20);
      signal(process, "STOP");
      long stoppedNs = Executions.nowNs();
      // Longer than the permit holds, whenever it began.
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> Executions.nowNs() - stoppedNs > PERMIT_NS);
      long continuedNs = Executions.nowNs();
      signal(process, "CONT");
      assertThat(process.waitFor()).isZero();
      reader.join();
      List<Long> timesNs =
          lines.stream()
              .filter(line -> line.matches("[0-9a-f]{16}"))
              .map(line -> Long.parseUnsignedLong(line, 16))
              .toList();
      assertThat(timesNs).anyMatch(timeNs -> timeNs < stoppedNs);
      List<Long> late = timesNs.stream().filter(timeNs -> timeNs > continuedNs).toList();
      System.out.printf(
          "after SIGCONT a guest without a permit looked at its clock %d times, the last time %.1f ms after"
              + " the signal was asked for%n",
          late.size(), late.isEmpty() ? 0 : (late.getLast() - continuedNs) / 1e6);
      assertThat(late.size()).isLessThanOrEqualTo(CHUNK / LINE_INSTRUCTIONS + 1);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor())
        .isZero();
  }
}
