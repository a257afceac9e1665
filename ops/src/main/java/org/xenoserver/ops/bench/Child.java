package org.xenoserver.ops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A process of ours, what it says, and when. Closing ends it. */
final class Child implements AutoCloseable {
  private static final int GENTLE_SECONDS = 20;

  private final String name;
  private final Process process;
  private final Consumer<Process> ended;
  private final Thread reader;
  private final ReentrantLock outputLock = new ReentrantLock();
  private final Condition more = outputLock.newCondition();
  private final StringBuilder output = new StringBuilder();
  private int read;
  private boolean finished;

  Child(String name, Process process, Consumer<Process> ended) {
    this.name = name;
    this.process = process;
    this.ended = ended;
    this.reader = Thread.ofPlatform().name("bench-reader").daemon(true).start(this::readAll);
  }

  private void readAll() {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1), false);
      }
      append("", true);
    } catch (IOException e) {
      append("", true);
    }
  }

  private void append(String text, boolean last) {
    outputLock.lock();
    try {
      output.append(text);
      finished |= last;
      more.signalAll();
    } finally {
      outputLock.unlock();
    }
  }

  /** Types text to its standard input. */
  void type(String text) throws BenchException {
    try {
      process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new BenchException("%s takes no input any more%s".formatted(name, lastWords()), e);
    }
  }

  /**
   * Waits for output that matches among what was not waited for yet; what precedes its end counts
   * as read.
   *
   * @param what the pattern's name in errors
   * @throws BenchException if the time is up, or the process ends before
   */
  MatchResult await(Pattern pattern, String what, Duration patience)
      throws BenchException, InterruptedException {
    long leftNs = patience.toNanos();
    outputLock.lockInterruptibly();
    try {
      while (true) {
        Matcher matcher = pattern.matcher(output).region(read, output.length());
        if (matcher.find()) {
          read = matcher.end();
          return matcher.toMatchResult();
        }
        if (finished) {
          throw new BenchException("%s ended before %s%s".formatted(name, what, lastWords()));
        }
        if (leftNs <= 0) {
          throw new BenchException(
              "%s did not come to %s within %d s%s"
                  .formatted(name, what, patience.toSeconds(), lastWords()));
        }
        leftNs = more.awaitNanos(leftNs);
      }
    } finally {
      outputLock.unlock();
    }
  }

  /** Waits until it has ended by itself, and returns all it said. */
  String awaitEnd(Duration patience) throws BenchException, InterruptedException {
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new BenchException(
          "%s still ran after %d s%s".formatted(name, patience.toSeconds(), lastWords()));
    }
    reader.join();
    int status = process.exitValue();
    if (status != 0) {
      throw new BenchException("%s ended with status %d%s".formatted(name, status, lastWords()));
    }
    return said();
  }

  /** The processor time it has used; zero if the system does not say. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String said() {
    outputLock.lock();
    try {
      return output.toString();
    } finally {
      outputLock.unlock();
    }
  }

  private String lastWords() {
    @Nullable String last =
        said()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .reduce(null, Child::later);
    return last == null ? "; it said nothing" : "; it last said '" + last + "'";
  }

  private static String later(@Nullable String before, String after) {
    return after;
  }

  /** Asks it to end, and makes it end if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GENTLE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    ended.accept(process);
  }
}
