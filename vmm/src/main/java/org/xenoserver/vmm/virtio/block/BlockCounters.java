package org.xenoserver.vmm.virtio.block;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a disk has done; every figure only grows. Requests that failed or were refused do not count.
 * Safe from any thread.
 */
public final class BlockCounters {
  private final AtomicLong readOperations = new AtomicLong();
  private final AtomicLong readBytes = new AtomicLong();
  private final AtomicLong writeOperations = new AtomicLong();
  private final AtomicLong writeBytes = new AtomicLong();
  private final AtomicLong flushOperations = new AtomicLong();

  BlockCounters() {}

  /** Reads completed. */
  public long readOperations() {
    return readOperations.get();
  }

  /** Bytes read. */
  public long readBytes() {
    return readBytes.get();
  }

  /** Writes completed. */
  public long writeOperations() {
    return writeOperations.get();
  }

  /** Bytes written. */
  public long writeBytes() {
    return writeBytes.get();
  }

  /** Flushes completed. */
  public long flushOperations() {
    return flushOperations.get();
  }

  void read(long bytes) {
    readOperations.incrementAndGet();
    readBytes.addAndGet(bytes);
  }

  void wrote(long bytes) {
    writeOperations.incrementAndGet();
    writeBytes.addAndGet(bytes);
  }

  void flushed() {
    flushOperations.incrementAndGet();
  }
}
