package org.xenoserver.ops.xenctl;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.xenoserver.proto.v1.Host;

/**
 * A process per host. It finds the host's name in {@code XENOSERVER_HOST} and its agent's address
 * in {@code XENOSERVER_ADDRESS}, has nothing to read, and is done if it ends with 0.
 */
final class HostCommand implements Maintenance.Task {
  private static final int MOST_LINE_CHARACTERS = 8192;

  /** What it left running may keep its output open; that is not waited for longer. */
  private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(1);

  private final List<String> command;
  private final Consumer<String> output;

  /**
   * Starts nothing yet.
   *
   * @param command program and arguments
   * @param output takes what it writes, line by line, from several threads
   * @throws Failure if there is no such program
   */
  HostCommand(List<String> command, Consumer<String> output) throws Failure {
    this.command = command;
    this.output = output;
    if (!isThere(command.getFirst())) {
      throw Failure.of(
          ExitStatus.USAGE, "there is no program '%s' to run".formatted(command.getFirst()));
    }
  }

  private static boolean isThere(String program) {
    String path = System.getenv().getOrDefault("PATH", "/bin:/usr/bin");
    return program.contains("/")
        ? new File(program).canExecute()
        : Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(folder -> new File(folder, program).canExecute());
  }

  @Override
  public void on(Host host) throws Failure, InterruptedException {
    Process process = start(host);
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .name("output of " + host.getName())
            .start(() -> copy(process.inputReader(StandardCharsets.UTF_8), host.getName()));
    int status = process.waitFor();
    var _ = reader.join(OUTPUT_PATIENCE);
    if (status != 0) {
      throw Failure.of(ExitStatus.REFUSED, "its command ended with status " + status);
    }
  }

  private Process start(Host host) throws Failure {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("XENOSERVER_HOST", host.getName());
    builder.environment().put("XENOSERVER_ADDRESS", host.getAddress());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw Failure.of(ExitStatus.REFUSED, "its command could not be run: " + e.getMessage());
    }
  }

  private void copy(Reader from, String host) {
    StringBuilder line = new StringBuilder();
    try (from) {
      for (int c = from.read(); c >= 0; c = from.read()) {
        if (c != '\n') {
          line.append((char) c);
        }
        if (c == '\n' || line.length() == MOST_LINE_CHARACTERS) {
          tell(host, line);
        }
      }
    } catch (IOException e) {
      line.append("(its output broke off: ").append(e.getMessage()).append(')');
    }
    if (!line.isEmpty()) {
      tell(host, line);
    }
  }

  private void tell(String host, StringBuilder line) {
    output.accept(host + ": " + line);
    line.setLength(0);
  }
}
