package org.xenoserver.proto.coordination;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop on a platform thread of its own. */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ThreadEventLoop.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final ScheduledThreadPoolExecutor thread;
  private final LongSupplier monotonicNs;
  private final InstantSource dates;

  /**
   * Starts the thread.
   *
   * @param monotonicNs the clock of deadlines
   */
  public ThreadEventLoop(String name, LongSupplier monotonicNs, InstantSource dates) {
    this.thread =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    this.thread.setRemoveOnCancelPolicy(true);
    this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.monotonicNs = monotonicNs;
    this.dates = dates;
  }

  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("a task came after the end of the loop");
    }
  }

  @Override
  public Timer after(long delayNs, Runnable task) {
    try {
      Future<?> future = thread.schedule(guarded(task), Math.max(0, delayNs), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("a task of the event loop failed", e);
      }
    };
  }

  @Override
  public long monotonicNs() {
    return monotonicNs.getAsLong();
  }

  @Override
  public Instant wallTime() {
    return dates.instant();
  }

  /** Carries out what came before, drops timers, and stops. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn("a task of the event loop does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
