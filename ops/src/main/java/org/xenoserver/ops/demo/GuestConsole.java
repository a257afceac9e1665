package org.xenoserver.ops.demo;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceStub;

/**
 * A domain's serial console over gRPC: shows what the guest says, waits for it, and types. Output
 * is taken as Latin-1, as a chunk may end within a character.
 */
final class GuestConsole implements AutoCloseable {
  /** How much output is kept for patterns to match. */
  private static final int KEPT = 1 << 18;

  private final String domain;
  private final PrefixedLines lines;
  private final ReentrantLock outputLock = new ReentrantLock();
  private final Condition more = outputLock.newCondition();
  private final StringBuilder output = new StringBuilder();
  private final StreamObserver<ConsoleInput> input;
  private @Nullable String ended;

  private GuestConsole(DomainServiceStub domains, String domain, PrintStream out) {
    this.domain = domain;
    this.lines = new PrefixedLines(domain, out);
    this.input = domains.console(new Receiver());
  }

  /** Attaches to a domain, from the first output its host has kept. */
  static GuestConsole attach(DomainServiceStub domains, String domain, PrintStream out) {
    GuestConsole console = new GuestConsole(domains, domain, out);
    console.input.onNext(ConsoleInput.newBuilder().setDomain(domain).setReplay(true).build());
    return console;
  }

  /** Types a line. */
  void type(String line) {
    ByteString bytes = ByteString.copyFrom(line + "\n", StandardCharsets.UTF_8);
    input.onNext(ConsoleInput.newBuilder().setData(bytes).build());
  }

  /**
   * Waits for output that matches, and forgets what came up to its end.
   *
   * @param what the pattern's name in errors
   * @return the match
   * @throws DemoException if the time is up or the console has ended
   */
  String await(Pattern pattern, String what, Duration patience)
      throws DemoException, InterruptedException {
    long leftNs = patience.toNanos();
    outputLock.lockInterruptibly();
    try {
      while (true) {
        Matcher matcher = pattern.matcher(output);
        if (matcher.find()) {
          String match = matcher.group();
          output.delete(0, matcher.end());
          return match;
        }
        if (ended != null) {
          throw new DemoException(
              "the console of %s ended before %s: %s".formatted(domain, what, ended));
        }
        if (leftNs <= 0) {
          throw new DemoException(
              "%s did not come to %s within %d s".formatted(domain, what, patience.toSeconds()));
        }
        leftNs = more.awaitNanos(leftNs);
      }
    } finally {
      outputLock.unlock();
    }
  }

  @Override
  public void close() {
    input.onCompleted();
  }

  private final class Receiver implements StreamObserver<ConsoleOutput> {
    @Override
    public void onNext(ConsoleOutput chunk) {
      String text = chunk.getData().toString(StandardCharsets.ISO_8859_1);
      lines.print(text);
      outputLock.lock();
      try {
        output.append(text);
        if (output.length() > KEPT) {
          output.delete(0, output.length() - KEPT);
        }
        more.signalAll();
      } finally {
        outputLock.unlock();
      }
    }

    @Override
    public void onError(Throwable problem) {
      end(Sentences.of(problem));
    }

    @Override
    public void onCompleted() {
      end("the guest is gone");
    }

    private void end(String why) {
      lines.end();
      outputLock.lock();
      try {
        ended = why;
        more.signalAll();
      } finally {
        outputLock.unlock();
      }
    }
  }
}
