package org.xenoserver.vmm.riscv.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class TranslatorThreadsTest {
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void shouldStayOffOneProcessorAsTheCompilersDo() throws Exception {
    int allowed = processorsOf(Path.of("/proc/thread-self"));

    try (Translator _ = new Translator(TranslationMode.AUTO)) {
      int expected = Math.max(1, allowed - 1);
      Instant end = Instant.now().plus(PATIENCE);
      while (!Set.copyOf(processorsOf("xeno-translator")).equals(Set.of(expected))
          && Instant.now().isBefore(end)) {
        LockSupport.parkNanos(1_000_000);
      }

      assertThat(processorsOf("xeno-translator")).isNotEmpty().containsOnly(expected);
      assertThat(processorsOf("C1 CompilerThre")).isNotEmpty().containsOnly(expected);
      assertThat(processorsOf("C2 CompilerThre")).isNotEmpty().containsOnly(expected);
      assertThat(processorsOf(Path.of("/proc/thread-self"))).isEqualTo(allowed);
    }
  }

  private static List<Integer> processorsOf(String name) throws IOException {
    List<Integer> processors = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        try {
          if (Files.readString(thread.resolve("comm")).strip().equals(name)) {
            processors.add(processorsOf(thread));
          }
        } catch (IOException e) {
          assertThat(thread).doesNotExist(); // It has ended.
        }
      }
    }
    return processors;
  }

  /** How many a thread may run on: Cpus_allowed, a bit each. */
  private static int processorsOf(Path thread) throws IOException {
    String allowed =
        Files.readAllLines(thread.resolve("status")).stream()
            .filter(line -> line.startsWith("Cpus_allowed:"))
            .findFirst()
            .orElseThrow();
    return allowed
        .substring(allowed.indexOf(':'))
        .chars()
        .map(c -> Character.digit(c, 16))
        .filter(digit -> digit > 0)
        .map(Integer::bitCount)
        .sum();
  }
}
