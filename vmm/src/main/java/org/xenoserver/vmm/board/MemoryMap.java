package org.xenoserver.vmm.board;

/** Physical addresses and interrupt numbers of the board, those of QEMU's {@code virt}. */
final class MemoryMap {
  static final long TEST_FINISHER = 0x100000;
  static final long RTC = 0x101000;
  static final long CLINT = 0x2000000;
  static final long PLIC = 0xc000000;
  static final long UART = 0x10000000;
  static final long VIRTIO = 0x10001000;
  static final long VIRTIO_STRIDE = 0x1000;
  static final long RAM = 0x80000000L;

  static final int VIRTIO_IRQ = 1;
  static final int UART_IRQ = 10;
  static final int RTC_IRQ = 11;

  private MemoryMap() {}
}
