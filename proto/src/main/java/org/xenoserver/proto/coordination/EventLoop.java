package org.xenoserver.proto.coordination;

import java.time.Instant;

/**
 * The one thread that owns a daemon's state, and its clocks. Everything that reaches the state is a
 * task here; tasks run one after another.
 */
public interface EventLoop {
  /** Runs a task after those that came before. From any thread. */
  void execute(Runnable task);

  /** Runs a task once the time has passed; only from the loop. */
  Timer after(long delayNs, Runnable task);

  /** Nanoseconds since an arbitrary origin; never goes backwards. For deadlines. */
  long monotonicNs();

  /** The date. For people only: nothing is decided by it. */
  Instant wallTime();

  /** Something that is to happen later. */
  @FunctionalInterface
  interface Timer {
    /** Lets it not happen, unless it has. */
    void cancel();
  }
}
