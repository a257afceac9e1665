package org.xenoserver.vmm.virtio;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Copies the readable part of each chain to its writable part; can be stopped in the middle. */
final class EchoDevice implements VirtioDevice {
  volatile CountDownLatch inFlight = new CountDownLatch(0);
  volatile CountDownLatch release = new CountDownLatch(0);
  volatile int completed;

  @Override
  public int deviceId() {
    return 42;
  }

  @Override
  public long features() {
    return 1;
  }

  @Override
  public int queueCount() {
    return 2;
  }

  @Override
  public byte[] config() {
    return new byte[] {1, 2, 3, 4, 5};
  }

  @Override
  public void attach(Runnable wake) {}

  @Override
  public void driverReady(long features) {}

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // Only the loop's thread writes it.
  public boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException {
    for (VirtQueue queue : queues) {
      for (int i = 0; i < 16; i++) {
        DescriptorChain chain = queue.next();
        if (chain == null) {
          break;
        }
        long length = Math.min(chain.readableBytes(), chain.writableBytes());
        byte[] bytes = new byte[(int) Math.min(length, 1 << 20)];
        chain.copyFromGuest(0, MemorySegment.ofArray(bytes));
        inFlight.countDown();
        awaitRelease();
        chain.copyToGuest(0, MemorySegment.ofArray(bytes));
        queue.complete(chain, bytes.length);
        completed++;
      }
    }
    return false;
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void reset() {}

  @Override
  public void close() {}
}
