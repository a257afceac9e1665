package org.xenoserver.vmm.scheduler.cpu;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.affinity.HostThread;
import org.xenoserver.vmm.affinity.QuietProcessor;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * A physical CPU: a thread that runs one vCPU at a time. Its fields are guarded by the run queues'
 * lock.
 */
final class Processor {
  final int index;
  final Condition work;

  /** What holds this processor. */
  @Nullable ScheduledVcpu running;

  /** When {@link #running} took the processor, and until when it may keep it. */
  long turnStartedNs;

  long turnEndsNs;

  /** When it looks at the run queues next without being asked. */
  long wakesAtNs = Long.MIN_VALUE;

  /** Parked, with nobody having asked it to look yet. */
  boolean idle;

  /** The running vCPU was asked to come back. */
  boolean kicked;

  private final Dispatcher dispatcher;
  private final Thread thread;

  /** The same as the host's kernel knows it, once it has started. */
  private volatile Optional<HostThread> hostThread = Optional.empty();

  Processor(Dispatcher dispatcher, int index, Condition work) {
    this.dispatcher = dispatcher;
    this.index = index;
    this.work = work;
    this.thread =
        Thread.ofPlatform().name("xeno-cpu-" + index).daemon(true).unstarted(this::runVcpus);
  }

  void start() {
    thread.start();
  }

  /** Gives its thread the host processor on which it waits least. */
  void hurry() {
    hostThread.ifPresent(QuietProcessor::take);
  }

  boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  void join() {
    boolean interrupted = false;
    while (thread.isAlive() && !isCurrentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runVcpus() {
    hostThread = HostThread.current();
    ScheduledVcpu vcpu = dispatcher.first(this);
    while (vcpu != null) {
      VcpuExit exit = VcpuExit.STOPPED;
      @Nullable Throwable failure = null;
      try {
        exit = vcpu.engine.run(wakesAtNs);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      if (failure != null) {
        vcpu.domain.onFailure.accept(failure);
      }
      vcpu = dispatcher.next(this, vcpu, exit, failure != null);
    }
  }
}
