package org.xenoserver.vmm.virtio.entropy;

import java.util.concurrent.atomic.AtomicLong;

/** What an entropy device has done; every figure only grows. Safe from any thread. */
public final class EntropyCounters {
  private final AtomicLong bytes = new AtomicLong();

  EntropyCounters() {}

  /** Random bytes given to the guest. */
  public long bytes() {
    return bytes.get();
  }

  void gave(int count) {
    bytes.addAndGet(count);
  }
}
