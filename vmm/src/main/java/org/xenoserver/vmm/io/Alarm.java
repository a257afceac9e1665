package org.xenoserver.vmm.io;

/** One pending deadline. */
@FunctionalInterface
public interface Alarm {
  /**
   * Runs an action once, soon after a time has come, on an unspecified thread; replaces what was
   * scheduled before and has not begun. Safe from any thread.
   *
   * @param deadlineNs on the monotonic clock; {@link Long#MAX_VALUE} for never
   */
  void schedule(long deadlineNs, Runnable action);
}
