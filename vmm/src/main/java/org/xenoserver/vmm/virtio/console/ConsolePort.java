package org.xenoserver.vmm.virtio.console;

import java.lang.foreign.MemorySegment;
import org.xenoserver.vmm.io.ByteRing;
import org.xenoserver.vmm.io.ByteSink;
import org.xenoserver.vmm.virtio.DescriptorChain;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;

/** A port: input that waits for the guest, and a sink for what the guest writes. */
final class ConsolePort {
  static final int INPUT_CAPACITY_BYTES = 64 << 10;

  private static final int CHUNK_BYTES = 4096;
  private static final int BATCH = 32;

  private final ByteSink sink;
  private final ConsoleCounters counters = new ConsoleCounters();

  /** Guards what is below; no queue is touched under it. */
  private final Object inputLock = new Object();

  private final ByteRing input = new ByteRing(INPUT_CAPACITY_BYTES);
  private boolean guestOpen;

  ConsolePort(ByteSink sink) {
    this.sink = sink;
  }

  ConsoleCounters counters() {
    return counters;
  }

  /** Takes input as typed, whether the guest has the port open or not; returns how much fitted. */
  int receive(byte[] bytes, int offset, int length) {
    synchronized (inputLock) {
      return input.put(bytes, offset, length);
    }
  }

  /** Takes all of a message, or nothing if the guest has the port closed or is too far behind. */
  boolean send(byte[] message) {
    synchronized (inputLock) {
      boolean taken = guestOpen && message.length <= input.free();
      if (taken) {
        input.put(message, 0, message.length);
      }
      return taken;
    }
  }

  void setGuestOpen(boolean open) {
    synchronized (inputLock) {
      guestOpen = open;
    }
  }

  void dropInput() {
    synchronized (inputLock) {
      input.clear();
    }
  }

  /** Fills receive buffers; returns whether there may be more to do. */
  boolean serveInput(VirtQueue queue) throws RingException {
    for (int i = 0; i < BATCH; i++) {
      DescriptorChain chain = isInputWaiting() ? queue.next() : null;
      if (chain == null) {
        return false;
      }
      byte[] bytes = take(chain.writableBytes());
      chain.copyToGuest(0, MemorySegment.ofArray(bytes));
      counters.input(bytes.length);
      queue.complete(chain, bytes.length);
    }
    return true;
  }

  /** Empties transmit buffers; returns whether there may be more to do. */
  boolean serveOutput(VirtQueue queue) throws RingException {
    for (int i = 0; i < BATCH; i++) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        return false;
      }
      long total = chain.readableBytes();
      byte[] chunk = new byte[(int) Math.min(total, CHUNK_BYTES)];
      for (long done = 0; done < total; done += chunk.length) {
        int length = (int) Math.min(chunk.length, total - done);
        chain.copyFromGuest(done, MemorySegment.ofArray(chunk).asSlice(0, length));
        sink.output(chunk, 0, length);
        counters.output(length);
      }
      queue.complete(chain, 0);
    }
    return true;
  }

  private boolean isInputWaiting() {
    synchronized (inputLock) {
      return input.size() > 0;
    }
  }

  private byte[] take(long atMost) {
    synchronized (inputLock) {
      return input.take((int) Math.min(atMost, INPUT_CAPACITY_BYTES));
    }
  }
}
