package org.xenoserver.vmm.virtio;

import org.xenoserver.vmm.bus.MmioDevice;

/** A transport no device is plugged into: device ID 0, which drivers pass over (section 4.2.2). */
public final class EmptySlot implements MmioDevice {
  @Override
  public long read(long offset, int sizeBytes) {
    if (sizeBytes != 4) {
      return 0;
    }
    return switch ((int) offset) {
      case MmioRegister.MAGIC -> MmioRegister.MAGIC_VALUE;
      case MmioRegister.VERSION -> MmioRegister.VERSION_VALUE;
      case MmioRegister.VENDOR_ID -> MmioRegister.VENDOR_ID_VALUE;
      default -> 0;
    };
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {}
}
