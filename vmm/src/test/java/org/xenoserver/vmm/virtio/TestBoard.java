package org.xenoserver.vmm.virtio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.time.Clock;

/** RAM, a data-plane loop and a slot with one device in it, for a driver to drive. */
public final class TestBoard implements AutoCloseable {
  public final GuestMemory memory;
  public final IoLoop loop = new IoLoop(Clock.system());
  public final VirtioMmio mmio;
  public final GuestDriver driver;
  private volatile boolean interrupt;

  public TestBoard(VirtioDevice device) {
    try {
      this.memory = GuestMemory.allocate(0x8000_0000L, 16 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.mmio = new VirtioMmio(memory, asserted -> interrupt = asserted, device, loop);
    this.driver = new GuestDriver(memory, mmio);
  }

  /** Whether the device's wire is high. */
  public boolean interrupt() {
    return interrupt;
  }

  /** Returns once the loop has done everything that was asked of it before. */
  public void settle() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      CountDownLatch done = new CountDownLatch(1);
      loop.task(done::countDown).wake();
      done.await();
    }
  }

  @Override
  public void close() {
    mmio.close();
    loop.close();
    memory.close();
  }
}
