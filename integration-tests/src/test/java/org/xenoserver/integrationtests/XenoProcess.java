package org.xenoserver.integrationtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A command of {@code xeno} as a process of its own, started from the tests' class path. */
public final class XenoProcess implements AutoCloseable {
  private static final Set<String> DAEMONS =
      Set.of("host-agent", "cluster-manager", "accounting", "zookeeper", "up");
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Transcript output;
  private final Transcript errors;
  private final List<Thread> readers;

  /** How a process ended, and all it said. */
  public record Ended(int status, String output, String errors) {}

  private XenoProcess(String name, Process process) {
    this.process = process;
    this.output = new Transcript(name + " (output)");
    this.errors = new Transcript(name + " (errors)");
    this.readers =
        List.of(follow(process.getInputStream(), output), follow(process.getErrorStream(), errors));
  }

  /** Starts {@code xeno} with arguments. */
  static XenoProcess start(String... arguments) throws IOException {
    return start(List.of(), List.of(), arguments);
  }

  /**
   * Starts {@code xeno} with arguments.
   *
   * @param launcher a command that becomes the one it is followed by; empty for none
   * @param javaOptions more options for the JVM
   */
  public static XenoProcess start(
      List<String> launcher, List<String> javaOptions, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As the launcher starts what runs guests.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:-DontCompileHugeMethods");
    command.add(
        DAEMONS.contains(arguments[0]) ? "-XX:G1ConcRefinementThreads=0" : "-XX:+UseSerialGC");
    command.addAll(javaOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("org.xenoserver.ops.Xeno");
    command.addAll(List.of(arguments));
    return new XenoProcess("xeno " + arguments[0], new ProcessBuilder(command).start());
  }

  /** Runs {@code xeno} with arguments and no input to its end. */
  static Ended run(String... arguments) throws IOException, InterruptedException {
    try (XenoProcess process = start(arguments)) {
      process.process.getOutputStream().close();
      return process.awaitEnd(END_PATIENCE);
    }
  }

  /** On a thread of the system: a dozen virtual ones that wait for pipes leave none for others. */
  private static Thread follow(InputStream in, Transcript transcript) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          byte[] buffer = new byte[8192];
          try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
              transcript.add(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
            transcript.end("it ended");
          } catch (IOException e) {
            transcript.end(String.valueOf(e.getMessage()));
          }
        });
  }

  public Transcript output() {
    return output;
  }

  public Transcript errors() {
    return errors;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Writes to its standard input. */
  void type(String text) {
    OutputStream input = process.getOutputStream();
    try {
      input.write(text.getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it ends by itself. */
  public Ended awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError(
          "still runs after %d s; it said:%n%s%n%s"
              .formatted(patience.toSeconds(), output.all(), errors.all()));
    }
    for (Thread reader : readers) {
      reader.join();
    }
    return new Ended(process.exitValue(), output.all(), errors.all());
  }

  /** Asks it to stop, as Ctrl-C does, and waits until it has. */
  public Ended stop() throws InterruptedException {
    process.destroy();
    return awaitEnd(END_PATIENCE);
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
