package org.xenoserver.vmm.io;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work of one device on the loop. However often it is woken before it runs, it waits in the loop's
 * queue once, so the queue is never longer than there are devices.
 */
public final class IoTask {
  private final IoLoop loop;
  private final Runnable action;
  private final AtomicBoolean queued = new AtomicBoolean();

  IoTask(IoLoop loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** Makes the task run, after everything woken before it. Never blocks; safe from any thread. */
  public void wake() {
    if (!queued.getAndSet(true)) {
      loop.enqueue(this);
    }
  }

  /** A wake-up from here on, even by the action itself, makes it run once more. */
  void run() {
    queued.set(false);
    action.run();
  }
}
