package org.xenoserver.proto.server;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The operator's wish that a daemon ends: SIGINT (Ctrl-C) or SIGTERM. Unlike a shutdown hook it
 * leaves the process its own exit status. A second signal ends the process at once, with 128 plus
 * the signal's number.
 */
public final class StopSignal {
  private static final Duration PACE = Duration.ofSeconds(5);
  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final int KILLED = 128;

  private final CompletableFuture<Void> asked = new CompletableFuture<>();

  private StopSignal() {}

  /** Takes the signals over for the whole process, for good. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    for (String name : SIGNALS) {
      Signal signal = new Signal(name);
      if (Signal.handle(signal, stop::receive).equals(SignalHandler.SIG_IGN)) {
        // A script's shell starts its background jobs with SIGINT ignored, and the JVM keeps that;
        // but whoever sends it to this process means it.
        restoreDefault(signal);
        Signal.handle(signal, stop::receive);
      }
    }
    return stop;
  }

  /** Calls {@code signal(number, SIG_DFL)} of ISO C; SIG_DFL is the null pointer. */
  private static void restoreDefault(Signal signal) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function = linker.defaultLookup().findOrThrow("signal");
    FunctionDescriptor type =
        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    try {
      // Sound: the arguments are a number and a null pointer, and no memory changes hands.
      var _ =
          (MemorySegment)
              linker
                  .downcallHandle(function, type)
                  .invokeExact(signal.getNumber(), MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("signal(2) failed for " + signal, e);
    }
  }

  private void receive(Signal signal) {
    if (!asked.complete(null)) {
      Runtime.getRuntime().halt(KILLED + signal.getNumber());
    }
  }

  /**
   * Waits for a daemon to be ready, however long what it needs is away, unless it is to end first.
   *
   * @param stillWaiting called every 5 s until then; to say what is waited for
   * @return whether it is ready; false if the operator wishes that it ends
   * @throws IOException with one sentence if it can never be ready
   */
  public boolean awaitReady(CompletableFuture<?> ready, Runnable stillWaiting)
      throws IOException, InterruptedException {
    CompletableFuture<?> either = CompletableFuture.anyOf(asked, ready);
    while (true) {
      try {
        either.get(PACE.toNanos(), TimeUnit.NANOSECONDS);
        return !asked.isDone();
      } catch (TimeoutException e) {
        stillWaiting.run();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
      }
    }
  }

  /** Waits for the first signal. */
  public void await() throws InterruptedException {
    try {
      asked.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
