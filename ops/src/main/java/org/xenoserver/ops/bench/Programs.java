package org.xenoserver.ops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The programs on a search path.
 *
 * @param folders in the order they are searched
 */
record Programs(List<Path> folders) {
  private static final int PATIENCE_SECONDS = 60;

  static Programs onPath(Map<String, String> environment) {
    return new Programs(
        Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
            .filter(folder -> folder.startsWith("/"))
            .map(Path::of)
            .toList());
  }

  Optional<Path> find(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * Runs a short command to its end and returns what it said.
   *
   * @throws BenchException if it cannot be run, fails, or takes a minute
   */
  static String outputOf(List<String> command) throws BenchException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new BenchException(
              "%s failed: %s"
                  .formatted(command.getFirst(), said.lines().findFirst().orElse("no message")));
        }
        return said;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new BenchException(
          "%s cannot be run: %s".formatted(command.getFirst(), e.getMessage()), e);
    }
  }
}
