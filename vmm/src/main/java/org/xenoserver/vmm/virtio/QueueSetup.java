package org.xenoserver.vmm.virtio;

import org.xenoserver.vmm.memory.GuestMemory;

/** What the driver stored about a queue before making it ready. */
final class QueueSetup {
  int size;
  long descriptors;
  long driverArea;
  long deviceArea;

  void clear() {
    size = 0;
    descriptors = 0;
    driverArea = 0;
    deviceArea = 0;
  }

  /** Takes a store to one of the registers that describe a queue; ignores others. */
  void store(int register, long value) {
    switch (register) {
      case MmioRegister.QUEUE_SIZE -> size = (int) value;
      case MmioRegister.QUEUE_DESCRIPTORS_LOW -> descriptors = withLow(descriptors, value);
      case MmioRegister.QUEUE_DESCRIPTORS_HIGH -> descriptors = withHigh(descriptors, value);
      case MmioRegister.QUEUE_DRIVER_LOW -> driverArea = withLow(driverArea, value);
      case MmioRegister.QUEUE_DRIVER_HIGH -> driverArea = withHigh(driverArea, value);
      case MmioRegister.QUEUE_DEVICE_LOW -> deviceArea = withLow(deviceArea, value);
      case MmioRegister.QUEUE_DEVICE_HIGH -> deviceArea = withHigh(deviceArea, value);
      default -> {}
    }
  }

  private static long withLow(long address, long value) {
    return address & ~0xffff_ffffL | value;
  }

  private static long withHigh(long address, long value) {
    return address & 0xffff_ffffL | value << 32;
  }

  /** Checks the limits of section 2.7. */
  void check(GuestMemory memory) throws RingException {
    if (Integer.bitCount(size) != 1 || size < 0 || size > VirtQueue.MAX_SIZE) {
      throw RingException.malformed(
          "queue size %d is not a power of two up to %d".formatted(size, VirtQueue.MAX_SIZE));
    }
    checkArea(memory, "descriptor table", descriptors, 16L * size, 16);
    checkArea(memory, "driver area", driverArea, 6 + 2L * size, 2);
    checkArea(memory, "device area", deviceArea, 6 + 8L * size, 4);
  }

  private static void checkArea(
      GuestMemory memory, String name, long address, long lengthBytes, int alignment)
      throws RingException {
    if (address % alignment != 0 || !memory.contains(address, lengthBytes)) {
      throw RingException.malformed(
          "%s 0x%x+%d is not in RAM or not aligned to %d"
              .formatted(name, address, lengthBytes, alignment));
    }
  }
}
