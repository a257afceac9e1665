package org.xenoserver.vmm.virtio.entropy;

import java.lang.foreign.MemorySegment;
import org.xenoserver.vmm.virtio.DescriptorChain;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;

/** Fills the buffers of the device's one queue, each with at most {@link #MAX_BYTES}. */
final class EntropyQueue {
  /** The device may give less than the driver asked for (section 5.4.6.2). */
  static final int MAX_BYTES = 4096;

  private static final int BATCH = 32;

  private final EntropySource source;
  private final EntropyCounters counters;

  EntropyQueue(EntropySource source, EntropyCounters counters) {
    this.source = source;
    this.counters = counters;
  }

  /** Returns whether there may be more to fill. */
  boolean serve(VirtQueue queue) throws RingException {
    for (int i = 0; i < BATCH; i++) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        return false;
      }
      byte[] bytes = new byte[(int) Math.min(chain.writableBytes(), MAX_BYTES)];
      source.fill(bytes);
      chain.copyToGuest(0, MemorySegment.ofArray(bytes));
      counters.gave(bytes.length);
      queue.complete(chain, bytes.length);
    }
    return true;
  }
}
