package org.xenoserver.vmm.device;

import org.xenoserver.vmm.bus.MmioDevice;

/** SiFive's test finisher: one register that ends or restarts the machine. */
public final class TestFinisher implements MmioDevice {
  /** Length of the device's range on the bus. */
  public static final long RANGE_BYTES = 0x1000;

  private static final int PASS = 0x5555;
  private static final int FAIL = 0x3333;
  private static final int RESET = 0x7777;

  /** Told what the guest stored, on the thread of the vCPU that did. */
  public interface Listener {
    /**
     * The guest is done.
     *
     * @param status 0 for a pass, otherwise the failure's code, 0 to 65535
     */
    void finished(int status);

    /** The guest wants to start over. */
    void reset();
  }

  private final Listener listener;

  /** Makes a device with somebody to tell. */
  public TestFinisher(Listener listener) {
    this.listener = listener;
  }

  @Override
  public long read(long offset, int sizeBytes) {
    return 0;
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    if (offset != 0 || sizeBytes < 2) {
      return;
    }
    switch ((int) value & 0xffff) {
      case PASS -> listener.finished(0);
      case FAIL -> listener.finished((int) (value >>> 16) & 0xffff);
      case RESET -> listener.reset();
      default -> {}
    }
  }
}
