package org.xenoserver.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The processes this one has started and the folder of their files, which last no longer than it
 * does: closing ends them, and so does a signal.
 */
final class Children implements AutoCloseable {
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::interrupted, "bench-children");
  private final Path folder;
  private final Thread user;
  private volatile boolean closed;

  /** Takes charge of a folder. A signal interrupts the calling thread, which uses them. */
  Children(Path folder) {
    this.folder = folder;
    this.user = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a process.
   *
   * @param name what errors call it
   * @param environment added to ours
   */
  Child start(String name, List<String> command, Map<String, String> environment)
      throws BenchException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      running.add(process);
      if (closed) {
        process.destroyForcibly();
      }
      return new Child(name, process, running::remove);
    } catch (IOException e) {
      throw new BenchException(
          "%s cannot be started: %s".formatted(command.getFirst(), e.getMessage()), e);
    }
  }

  Child start(String name, List<String> command) throws BenchException {
    return start(name, command, Map.of());
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal ends this process, and the hook runs already.
      return;
    }
  }

  private void interrupted() {
    user.interrupt();
    endAll();
  }

  private synchronized void endAll() {
    closed = true;
    running.forEach(Process::destroyForcibly);
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("xeno bench: %s cannot be deleted: %s".formatted(folder, e.getMessage()));
    }
  }
}
