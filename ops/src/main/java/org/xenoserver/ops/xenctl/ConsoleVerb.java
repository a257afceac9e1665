package org.xenoserver.ops.xenctl;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;

/**
 * A domain's console on this terminal. The calling thread writes what the guest says; a second one
 * reads what is typed and ends with the process, as a blocked read of standard input cannot be
 * interrupted.
 */
final class ConsoleVerb {
  /**
   * When a console that is not on a terminal is left.
   *
   * @param until leave when the output since the start matches; null for not
   * @param quiet leave when input has ended and the guest has said nothing for this long
   * @param limit how long to wait for {@code until}
   */
  record Leaving(@Nullable Pattern until, Duration quiet, Duration limit) {}

  private static final char LEAVE_KEY = 0x1d;
  private static final int CHUNK_BYTES = 512;
  private static final int MATCHED_BYTES = 1 << 16;
  private static final long POLL_MS = 50;
  private static final long LEAVE_NS = 200_000_000;

  private final String domain;
  private final Shell shell;
  private final ErrorPrinter errors;
  private final Leaving leaving;
  private final BlockingClientCall<ConsoleInput, ConsoleOutput> call;
  private final StringBuilder seen = new StringBuilder();
  private volatile boolean left;
  private volatile long leftAt;
  private volatile boolean inputEnded;

  private ConsoleVerb(
      Server manager, String domain, Shell shell, ErrorPrinter errors, Leaving leaving) {
    this.domain = domain;
    this.shell = shell;
    this.errors = errors;
    this.leaving = leaving;
    this.call = manager.domainStreams().console();
  }

  /** Stays attached until the user, the guest or {@code leaving} ends it. */
  static ExitStatus attach(
      Server manager,
      String domain,
      boolean replay,
      Shell shell,
      ErrorPrinter errors,
      Leaving leaving)
      throws StatusException, Failure, InterruptedException {
    ConsoleVerb console = new ConsoleVerb(manager, domain, shell, errors, leaving);
    try {
      console.call.write(ConsoleInput.newBuilder().setDomain(domain).setReplay(replay).build());
      return console.run();
    } finally {
      console.call.cancel("console left", null);
    }
  }

  private ExitStatus run() throws StatusException, Failure, InterruptedException {
    Optional<RawTerminal> terminal = shell.terminals().open();
    String ending;
    try {
      if (terminal.isPresent()) {
        errors.note("Console of " + domain + "; Ctrl-] leaves it.\r");
      }
      Thread.ofPlatform()
          .daemon()
          .name("console-input")
          .start(() -> readInput(terminal.isPresent()));
      ending = writeOutput();
    } finally {
      terminal.ifPresent(RawTerminal::close);
    }
    if (terminal.isPresent()) {
      errors.note("\n" + ending);
    }
    return ExitStatus.OK;
  }

  /** Passes on what the guest says; returns why that ended. */
  private String writeOutput() throws StatusException, Failure, InterruptedException {
    long start = System.nanoTime();
    long lastOutput = start;
    while (true) {
      try {
        ConsoleOutput output = call.read(POLL_MS, TimeUnit.MILLISECONDS);
        if (output == null) {
          return ended();
        }
        lastOutput = System.nanoTime();
        if (!left && shown(output.getData().toByteArray())) {
          return leftSentence();
        }
      } catch (TimeoutException e) {
        // Nothing was said for a while; what follows decides whether to stay.
      }
      if (done(System.nanoTime(), lastOutput)) {
        return leftSentence();
      }
      if (leaving.until() != null && System.nanoTime() - start > leaving.limit().toNanos()) {
        throw unmatched(" within " + Quantities.duration(leaving.limit()));
      }
    }
  }

  private boolean done(long now, long lastOutput) {
    boolean quiet = now - lastOutput > leaving.quiet().toNanos();
    return (left && now - leftAt > LEAVE_NS) || (leaving.until() == null && inputEnded && quiet);
  }

  private String leftSentence() {
    return "Left the console of " + domain + ".";
  }

  private String ended() throws Failure {
    if (left) {
      return leftSentence();
    }
    if (leaving.until() != null) {
      throw unmatched(" before it was closed");
    }
    return "The console of " + domain + " was closed.";
  }

  private Failure unmatched(String when) {
    return Failure.of(
        ExitStatus.UNREACHABLE,
        "the console of '%s' did not show /%s/%s".formatted(domain, leaving.until(), when));
  }

  /** Writes output; returns whether it is what was waited for. */
  private boolean shown(byte[] bytes) {
    shell.out().write(bytes, 0, bytes.length);
    shell.out().flush();
    Pattern until = leaving.until();
    if (until == null) {
      return false;
    }
    // Kept as bytes, because a chunk may end within a character.
    seen.append(new String(bytes, StandardCharsets.ISO_8859_1).replace("\r", ""));
    if (seen.length() > MATCHED_BYTES) {
      seen.delete(0, seen.length() - MATCHED_BYTES / 2);
    }
    byte[] recent = seen.toString().getBytes(StandardCharsets.ISO_8859_1);
    return until.matcher(new String(recent, StandardCharsets.UTF_8)).find();
  }

  private void readInput(boolean leaveKey) {
    byte[] bytes = new byte[CHUNK_BYTES];
    InputStream in = shell.in();
    try {
      int length = in.read(bytes);
      while (length >= 0) {
        int end = leaveKey ? leaveKeyAt(bytes, length) : length;
        if (end > 0) {
          call.write(ConsoleInput.newBuilder().setData(ByteString.copyFrom(bytes, 0, end)).build());
        }
        if (end < length) {
          // Half-closed, not cancelled, so that what was typed before still arrives.
          leftAt = System.nanoTime();
          left = true;
          call.halfClose();
          return;
        }
        length = in.read(bytes);
      }
      inputEnded = true;
    } catch (IOException e) {
      // A terminal that hung up reads as an error; there is no more input either way.
      inputEnded = true;
    } catch (StatusException e) {
      // The call has ended, which the thread that writes output sees and reports.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int leaveKeyAt(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == LEAVE_KEY) {
        return i;
      }
    }
    return length;
  }
}
