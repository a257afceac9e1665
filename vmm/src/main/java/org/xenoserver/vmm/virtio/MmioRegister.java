package org.xenoserver.vmm.virtio;

/** Register offsets and fixed values of section 4.2.2, and the status bits of section 2.1. */
final class MmioRegister {
  static final int MAGIC = 0x000;
  static final int VERSION = 0x004;
  static final int DEVICE_ID = 0x008;
  static final int VENDOR_ID = 0x00c;
  static final int DEVICE_FEATURES = 0x010;
  static final int DEVICE_FEATURES_SELECT = 0x014;
  static final int DRIVER_FEATURES = 0x020;
  static final int DRIVER_FEATURES_SELECT = 0x024;
  static final int QUEUE_SELECT = 0x030;
  static final int QUEUE_SIZE_MAX = 0x034;
  static final int QUEUE_SIZE = 0x038;
  static final int QUEUE_READY = 0x044;
  static final int QUEUE_NOTIFY = 0x050;
  static final int INTERRUPT_STATUS = 0x060;
  static final int INTERRUPT_ACKNOWLEDGE = 0x064;
  static final int STATUS = 0x070;
  static final int QUEUE_DESCRIPTORS_LOW = 0x080;
  static final int QUEUE_DESCRIPTORS_HIGH = 0x084;
  static final int QUEUE_DRIVER_LOW = 0x090;
  static final int QUEUE_DRIVER_HIGH = 0x094;
  static final int QUEUE_DEVICE_LOW = 0x0a0;
  static final int QUEUE_DEVICE_HIGH = 0x0a4;
  static final int SHARED_MEMORY_LENGTH_LOW = 0x0b0;
  static final int SHARED_MEMORY_LENGTH_HIGH = 0x0b4;
  static final int SHARED_MEMORY_BASE_LOW = 0x0b8;
  static final int SHARED_MEMORY_BASE_HIGH = 0x0bc;
  static final int CONFIG_GENERATION = 0x0fc;
  static final int CONFIG = 0x100;

  static final long MAGIC_VALUE = 0x7472_6976;
  static final long VERSION_VALUE = 2;

  /** "XENO". */
  static final long VENDOR_ID_VALUE = 0x4f4e_4558;

  static final int STATUS_DRIVER_OK = 0x04;
  static final int STATUS_FEATURES_OK = 0x08;
  static final int STATUS_NEEDS_RESET = 0x40;

  static final int INTERRUPT_USED_BUFFER = 1;
  static final int INTERRUPT_CONFIG_CHANGE = 2;

  private MmioRegister() {}
}
