package org.xenoserver.vmm.scheduler.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;

/**
 * The vCPUs of one domain on a pool of processors. Safe from any thread, but pausing and removing
 * wait for the domain's vCPUs and are refused on a processor's own thread.
 */
public final class ScheduledDomain {
  final List<ScheduledVcpu> vcpus = new ArrayList<>();
  final Condition quiet;
  final Consumer<Throwable> onFailure;

  /** Whether its vCPUs are kept off the processors. Guarded by the dispatcher's lock. */
  boolean held = true;

  /** Whether it is gone from the processors for good. Guarded by the dispatcher's lock. */
  boolean removed;

  private final Dispatcher dispatcher;

  ScheduledDomain(Dispatcher dispatcher, Condition quiet, Consumer<Throwable> onFailure) {
    this.dispatcher = dispatcher;
    this.quiet = quiet;
    this.onFailure = onFailure;
  }

  /**
   * Keeps all vCPUs off the processors; returns when none runs.
   *
   * @throws IllegalStateException on a processor's thread, which would wait for itself
   */
  public void pause() {
    dispatcher.pause(this);
  }

  /** Lets the vCPUs run; a domain starts out paused. */
  public void resume() {
    dispatcher.resume(this);
  }

  /**
   * Takes the domain off the processors for good; returns when none of its vCPUs runs.
   *
   * @throws IllegalStateException on a processor's thread, which would wait for itself
   */
  public void remove() {
    dispatcher.remove(this);
  }

  /** What all its vCPUs used so far, including what runs now. */
  public CpuUsage usage() {
    return dispatcher.usage(this);
  }

  /** Waits until none of its vCPUs runs. Under the dispatcher's lock, given up meanwhile. */
  void awaitQuiet() {
    while (anyRuns()) {
      quiet.awaitUninterruptibly();
    }
  }

  /** The same for so long at most; returns whether none runs. */
  boolean awaitQuiet(long leftNs) {
    boolean interrupted = false;
    while (anyRuns() && leftNs > 0) {
      try {
        leftNs = quiet.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !anyRuns();
  }

  private boolean anyRuns() {
    return vcpus.stream().anyMatch(vcpu -> vcpu.state() == ScheduledVcpu.State.RUNNING);
  }
}
