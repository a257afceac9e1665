package org.xenoserver.vmm.domain;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.xenoserver.vmm.time.Clock;

/**
 * The right of a host's domains to run, until a deadline on the monotonic clock. Who grants it (the
 * agent, from the lease it can prove) extends it in time or lets it expire.
 *
 * <p><b>What an expired permit stops, and how soon.</b> No vCPU is given a processor, and no disk
 * begins a write or a flush. A vCPU that runs has the deadline as the end of its slice, so it comes
 * back by itself: its engine reads the clock between two chunks of at most 8192 instructions, and
 * stops at the first reading past the deadline. That is also what happens in a process that was
 * stopped (SIGSTOP) before the deadline and continued after it: no other thread has to notice, and
 * whatever was left of the slice, at most the rest of one chunk is executed, which takes well under
 * a millisecond. A disk looks immediately before each system call that writes, of at most 256 KiB;
 * what was begun before the deadline may end after it. Requests wait, unanswered, for an extension.
 *
 * <p>The clock must go on while the process is stopped, as {@link System#nanoTime} does. It need
 * not go on while the whole host is suspended; that is what the epoch of a shared disk is for.
 *
 * <p>Safe from any thread.
 */
public final class RunPermit {
  private final Clock clock;
  private final AtomicLong deadlineNs;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  private RunPermit(Clock clock, long deadlineNs) {
    this.clock = clock;
    this.deadlineNs = new AtomicLong(deadlineNs);
  }

  /** A permit that never expires: of a host that belongs to no cluster. */
  public static RunPermit unlimited() {
    return new RunPermit(Clock.system(), Long.MAX_VALUE);
  }

  /** A permit that has expired already, until it is extended. */
  public static RunPermit untilProven(Clock clock) {
    return new RunPermit(clock, Long.MIN_VALUE);
  }

  /**
   * Lets domains run until a moment; an earlier one than before changes nothing.
   *
   * @param untilNs on the clock's monotonic time; {@link Long#MAX_VALUE} for ever
   */
  public void extendTo(long untilNs) {
    if (deadlineNs.getAndAccumulate(untilNs, Math::max) < untilNs) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Ends it now, until it is extended again. */
  public void revoke() {
    deadlineNs.set(Long.MIN_VALUE);
    listeners.forEach(Runnable::run);
  }

  /** Whether domains may run now. */
  public boolean holds() {
    long untilNs = deadlineNs.get();
    return untilNs == Long.MAX_VALUE || clock.monotonicNs() < untilNs;
  }

  /** Until when, on the clock's monotonic time; {@link Long#MIN_VALUE} if never yet. */
  public long deadlineNs() {
    return deadlineNs.get();
  }

  /**
   * Calls back after each change of the deadline, on the thread that changes it; not when it
   * passes. The callback must be short and must not block.
   */
  public Registration onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Ends callbacks when closed. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
