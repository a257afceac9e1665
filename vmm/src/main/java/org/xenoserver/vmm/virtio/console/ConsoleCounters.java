package org.xenoserver.vmm.virtio.console;

import java.util.concurrent.atomic.AtomicLong;

/** What a port has done; every figure only grows. Safe from any thread. */
public final class ConsoleCounters {
  private final AtomicLong inputBytes = new AtomicLong();
  private final AtomicLong outputBytes = new AtomicLong();

  ConsoleCounters() {}

  /** Bytes given to the guest. */
  public long inputBytes() {
    return inputBytes.get();
  }

  /** Bytes the guest wrote. */
  public long outputBytes() {
    return outputBytes.get();
  }

  void input(long bytes) {
    inputBytes.addAndGet(bytes);
  }

  void output(long bytes) {
    outputBytes.addAndGet(bytes);
  }
}
