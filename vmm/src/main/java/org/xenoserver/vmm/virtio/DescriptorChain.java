package org.xenoserver.vmm.virtio;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The buffers of one request: a readable part from the driver and after it a writable part for the
 * device, each to be seen as one run of bytes however it is cut up (section 2.7.4). Every address
 * has been checked.
 */
public final class DescriptorChain {
  private final VirtQueue queue;
  private final int epoch;
  private final int head;
  private final Buffers readable;
  private final Buffers writable;

  private DescriptorChain(
      VirtQueue queue, int epoch, int head, Buffers readable, Buffers writable) {
    this.queue = queue;
    this.epoch = epoch;
    this.head = head;
    this.readable = readable;
    this.writable = writable;
  }

  static DescriptorChain of(
      VirtQueue queue,
      int epoch,
      int head,
      long[] addresses,
      long[] lengths,
      int readable,
      int count) {
    return new DescriptorChain(
        queue,
        epoch,
        head,
        Buffers.of(addresses, lengths, 0, readable),
        Buffers.of(addresses, lengths, readable, count));
  }

  /** Length of the part the driver wrote. */
  public long readableBytes() {
    return readable.totalBytes;
  }

  /** Length of the part the device may write. */
  public long writableBytes() {
    return writable.totalBytes;
  }

  /**
   * Fills a segment from the readable part.
   *
   * @param offset bytes from the start of that part; the segment must not reach beyond it
   * @throws RingException if the queue was reset meanwhile
   */
  public void copyFromGuest(long offset, MemorySegment to) throws RingException {
    copy(readable, offset, to, true);
  }

  /**
   * Stores a segment into the writable part.
   *
   * @param offset bytes from the start of that part; the segment must not reach beyond it
   * @throws RingException if the queue was reset meanwhile
   */
  public void copyToGuest(long offset, MemorySegment from) throws RingException {
    copy(writable, offset, from, false);
  }

  int head() {
    return head;
  }

  int epoch() {
    return epoch;
  }

  /** Under the transport's lock, so that a reset is either before all of it or after. */
  private void copy(Buffers buffers, long offset, MemorySegment segment, boolean fromGuest)
      throws RingException {
    if (offset < 0 || segment.byteSize() > buffers.totalBytes - offset) {
      throw new IndexOutOfBoundsException(
          "%d bytes at %d of a part of %d"
              .formatted(segment.byteSize(), offset, buffers.totalBytes));
    }
    queue.registersLock().lock();
    try {
      if (!queue.isCurrent(this)) {
        throw RingException.reset();
      }
      long skip = offset;
      long done = 0;
      for (int i = 0; done < segment.byteSize(); i++) {
        long here = Math.min(buffers.lengths[i] - skip, segment.byteSize() - done);
        if (here <= 0) {
          skip -= buffers.lengths[i];
          continue;
        }
        MemorySegment guest = queue.memory().slice(buffers.addresses[i] + skip, here);
        if (fromGuest) {
          MemorySegment.copy(guest, 0, segment, done, here);
        } else {
          MemorySegment.copy(segment, done, guest, 0, here);
          queue.memory().changed();
        }
        done += here;
        skip = 0;
      }
    } finally {
      queue.registersLock().unlock();
    }
  }

  private static final class Buffers {
    private final long[] addresses;
    private final long[] lengths;
    private final long totalBytes;

    private Buffers(long[] addresses, long[] lengths) {
      this.addresses = addresses;
      this.lengths = lengths;
      this.totalBytes = Arrays.stream(lengths).sum();
    }

    static Buffers of(long[] addresses, long[] lengths, int from, int to) {
      return new Buffers(
          Arrays.copyOfRange(addresses, from, to), Arrays.copyOfRange(lengths, from, to));
    }
  }
}
