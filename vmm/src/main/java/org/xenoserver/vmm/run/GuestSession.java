package org.xenoserver.vmm.run;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainState;

/** One domain on a terminal, from its start to its end. */
final class GuestSession {
  /** The status of a guest that had no time left, as timeout(1) has it. */
  static final int TIMED_OUT = 124;

  private static final int GREATEST_STATUS = 255;

  private enum End {
    GUEST,
    QUIT,
    TIMEOUT
  }

  private final Domain domain;
  private final Stdio stdio;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final AtomicBoolean outputFailed = new AtomicBoolean();
  private volatile @Nullable RawTerminal terminal;

  GuestSession(Domain domain, Stdio stdio) {
    this.domain = domain;
    this.stdio = stdio;
  }

  /**
   * Starts the domain and stays until it ends, someone quits, or time is up; then destroys it.
   *
   * @param timeout null for none
   * @return the exit status
   */
  int run(@Nullable Duration timeout) throws DomainException {
    Keyboard keyboard = new Keyboard(stdio, domain.console(), () -> end.complete(End.QUIT));
    AutoCloseable watch = domain.watch(this::changed);
    AutoCloseable output = domain.console().attach(true, this::print);
    Thread abandoning = new Thread(this::abandon, "xeno-run-abandon");
    Runtime.getRuntime().addShutdownHook(abandoning);
    try {
      domain.start();
      terminal = rawTerminal();
      keyboard.start();
      return status(await(timeout), timeout);
    } finally {
      keyboard.stop();
      domain.destroy();
      close(output);
      close(watch);
      restoreTerminal();
      forget(abandoning);
    }
  }

  private @Nullable RawTerminal rawTerminal() {
    if (!stdio.terminal()) {
      return null;
    }
    try {
      return new RawTerminal();
    } catch (IOException | IllegalStateException e) {
      stdio.say("the terminal cannot be switched to raw mode: " + e.getMessage());
      return null;
    }
  }

  private void changed(DomainState state) {
    if (state == DomainState.STOPPED
        || state == DomainState.CRASHED
        || state == DomainState.DESTROYED) {
      end.complete(End.GUEST);
    }
  }

  private void print(byte[] bytes) {
    try {
      stdio.out().write(bytes);
      stdio.out().flush();
    } catch (IOException e) {
      if (outputFailed.compareAndSet(false, true)) {
        stdio.say("the console cannot be written to standard output: " + e.getMessage());
      }
    }
  }

  private End await(@Nullable Duration timeout) {
    try {
      return timeout == null ? end.get() : end.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return End.TIMEOUT;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return End.QUIT;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private int status(End how, @Nullable Duration timeout) {
    return switch (how) {
      case QUIT -> 0;
      case TIMEOUT -> {
        stdio.say("the guest was stopped after " + text(timeout) + " (--timeout)");
        yield TIMED_OUT;
      }
      case GUEST -> {
        if (domain.state() == DomainState.CRASHED) {
          stdio.say("the guest crashed: " + domain.reason());
          yield 1;
        }
        int status = domain.exitStatus();
        if (status < 0 || status > GREATEST_STATUS) {
          stdio.say("the guest powered off with status " + status + ", shown as 255");
          yield GREATEST_STATUS;
        }
        yield status;
      }
    };
  }

  private static String text(@Nullable Duration timeout) {
    return timeout == null ? "no time" : timeout.toMillis() / 1000.0 + " s";
  }

  /** On a signal: the terminal first, because its user is there whatever else happens. */
  private void abandon() {
    restoreTerminal();
    domain.destroy();
  }

  private void restoreTerminal() {
    RawTerminal raw = terminal;
    if (raw != null) {
      raw.close();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending by a signal and the hook runs already.
      return;
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
