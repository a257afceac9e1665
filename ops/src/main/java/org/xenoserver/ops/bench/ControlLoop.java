package org.xenoserver.ops.bench;

import java.util.concurrent.Semaphore;

/**
 * A thread that does nothing but look whether it is to stop, as promptly as a thread can. How long
 * that takes is the machine's share of how long a vCPU takes: a processor that other programs, or
 * the hypervisor below, have taken stops neither.
 */
final class ControlLoop implements AutoCloseable {
  private final Semaphore resumes = new Semaphore(0);
  private final Semaphore stops = new Semaphore(0);
  private final Thread thread = new Thread(this::lookUntilClosed, "control");
  private volatile boolean goesOn;
  private long beganNs;
  private long stoppedNs;

  ControlLoop() {
    thread.setDaemon(true);
    thread.start();
  }

  private void lookUntilClosed() {
    try {
      while (true) {
        resumes.acquire();
        beganNs = System.nanoTime();
        while (goesOn) {
          Thread.onSpinWait();
        }
        stoppedNs = System.nanoTime();
        stops.release();
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Has it look, as soon as it gets a processor. */
  void unpause() {
    goesOn = true;
    resumes.release();
  }

  /**
   * Stops it and waits until it has.
   *
   * @return ns from the request until it stopped; 0 if it had not begun to look before
   */
  long pause() throws InterruptedException {
    long startNs = System.nanoTime();
    goesOn = false;
    stops.acquire();
    return beganNs < startNs ? stoppedNs - startNs : 0;
  }

  @Override
  public void close() {
    goesOn = false;
    thread.interrupt();
  }
}
