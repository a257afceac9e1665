package org.xenoserver.vmm.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.time.Clock;

/**
 * The thread on which the back ends of all domains' devices work, first come first served.
 *
 * <p>Its queues are bounded by the number of tasks and alarms made, as each waits in them at most
 * once. The thread is never interrupted, since that would close the file it is working on.
 */
public final class IoLoop implements AutoCloseable {
  /** Length of {@link #scratch}. */
  public static final int SCRATCH_BYTES = 256 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);

  private final Clock clock;
  private final ReentrantLock queueLock = new ReentrantLock();
  private final Condition queueChanged = queueLock.newCondition();
  private final ArrayDeque<IoTask> ready = new ArrayDeque<>();
  private final PriorityQueue<Deadline> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(deadline -> deadline.atNs));
  private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, 64);
  private final Thread thread;
  private boolean closed;

  /** Starts the thread. */
  public IoLoop(Clock clock) {
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("xeno-io").unstarted(this::loop);
    thread.start();
  }

  /** Makes a task; it runs for the first time when it is woken. */
  public IoTask task(Runnable action) {
    return new IoTask(this, action);
  }

  /** Makes an alarm whose actions run on the loop. */
  public Alarm alarm() {
    Deadline deadline = new Deadline();
    return (atNs, action) -> schedule(deadline, atNs, action);
  }

  /** Memory to stage I/O in; belongs to whichever task is running, until it returns. */
  public MemorySegment scratch() {
    return scratch;
  }

  void enqueue(IoTask task) {
    queueLock.lock();
    try {
      ready.add(task);
      queueChanged.signal();
    } finally {
      queueLock.unlock();
    }
  }

  private void schedule(Deadline deadline, long atNs, Runnable action) {
    queueLock.lock();
    try {
      deadlines.remove(deadline);
      if (atNs != Long.MAX_VALUE) {
        deadline.atNs = atNs;
        deadline.action = action;
        deadlines.add(deadline);
      }
      queueChanged.signal();
    } finally {
      queueLock.unlock();
    }
  }

  private void loop() {
    Runnable work = awaitWork();
    while (work != null) {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        // The thread serves every domain, so it outlives whatever one of them ran into.
        LOG.error("a device's back end failed", e);
      }
      work = awaitWork();
    }
  }

  private @Nullable Runnable awaitWork() {
    queueLock.lock();
    try {
      while (!closed) {
        Deadline due = deadlines.peek();
        long waitNs = due == null ? Long.MAX_VALUE : due.atNs - clock.monotonicNs();
        if (due != null && waitNs <= 0) {
          deadlines.remove();
          return due.action;
        }
        IoTask task = ready.poll();
        if (task != null) {
          return task::run;
        }
        awaitChange(waitNs);
      }
      return null;
    } finally {
      queueLock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // The caller's loop looks at the queues again.
  private void awaitChange(long waitNs) {
    if (waitNs == Long.MAX_VALUE) {
      queueChanged.awaitUninterruptibly();
      return;
    }
    try {
      long unused = queueChanged.awaitNanos(waitNs);
    } catch (InterruptedException e) {
      LOG.warn("the device thread was interrupted; it goes on");
    }
  }

  /** Stops the thread after the task it is running; what waits is dropped. Idempotent. */
  @Override
  public void close() {
    queueLock.lock();
    try {
      closed = true;
      queueChanged.signal();
    } finally {
      queueLock.unlock();
    }
  }

  private static final class Deadline {
    private long atNs;
    private Runnable action = () -> {};
  }
}
