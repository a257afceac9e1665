package org.xenoserver.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.time.Clock;

/** RAM, a data-plane loop and a slot with one device in it, for a driver to drive. */
public final class TestBoard implements AutoCloseable {
  public final GuestMemory memory;
  public final IoLoop loop = new IoLoop(Clock.system());
  public final VirtioMmio mmio;
  public final GuestDriver driver;
  private final Witness witness;
  private volatile boolean interrupt;

  public TestBoard(VirtioDevice device) {
    try {
      this.memory = GuestMemory.allocate(0x8000_0000L, 16 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.witness = new Witness(device);
    this.mmio = new VirtioMmio(memory, asserted -> interrupt = asserted, witness, loop);
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

  /** Fails if the device ever threw anything but what says that a ring is malformed. */
  @Override
  public void close() {
    mmio.close();
    loop.close();
    memory.close();
    assertThat(witness.failure).isNull();
  }

  /** The transport survives a device that throws; the tests are to know of it. */
  private static final class Witness implements VirtioDevice {
    private final VirtioDevice device;
    private volatile @Nullable RuntimeException failure;

    Witness(VirtioDevice device) {
      this.device = device;
    }

    @Override
    public boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException {
      try {
        return device.service(queues, scratch);
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int deviceId() {
      return device.deviceId();
    }

    @Override
    public long features() {
      return device.features();
    }

    @Override
    public int queueCount() {
      return device.queueCount();
    }

    @Override
    public byte[] config() {
      return device.config();
    }

    @Override
    public void attach(Runnable wake) {
      device.attach(wake);
    }

    @Override
    public void driverReady(long features) {
      device.driverReady(features);
    }

    @Override
    public void reset() {
      device.reset();
    }

    @Override
    public void close() {
      device.close();
    }
  }
}
