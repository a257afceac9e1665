package org.xenoserver.vmm.virtio.entropy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;
import org.xenoserver.vmm.virtio.VirtioDevice;

/** The virtio entropy device: hands random bytes to the guest (section 5.4). */
public final class EntropyDevice implements VirtioDevice {
  private static final int ID = 4;

  private final EntropyCounters counters = new EntropyCounters();
  private final EntropyQueue requests;

  /** Makes a device that draws on a source. */
  public EntropyDevice(EntropySource source) {
    this.requests = new EntropyQueue(source, counters);
  }

  /** What it has done. */
  public EntropyCounters counters() {
    return counters;
  }

  @Override
  public int deviceId() {
    return ID;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public int queueCount() {
    return 1;
  }

  @Override
  public byte[] config() {
    return new byte[0];
  }

  @Override
  public void attach(Runnable wake) {}

  @Override
  public void driverReady(long features) {}

  @Override
  public boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException {
    return requests.serve(queues.get(0));
  }

  @Override
  public void reset() {}

  @Override
  public void close() {}
}
