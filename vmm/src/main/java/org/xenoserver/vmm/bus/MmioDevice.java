package org.xenoserver.vmm.bus;

/**
 * A device with registers in the physical address space.
 *
 * <p>Called from the processor thread that runs the accessing vCPU, and from several of them at
 * once; a device guards its own state and never blocks on I/O here.
 */
public interface MmioDevice {
  /**
   * Reads a register.
   *
   * @param offset bytes from the start of the device's range
   * @param sizeBytes 1, 2, 4 or 8
   * @return the value, zero-extended
   */
  long read(long offset, int sizeBytes);

  /**
   * Writes a register.
   *
   * @param offset bytes from the start of the device's range
   * @param sizeBytes 1, 2, 4 or 8
   * @param value the value; bits above {@code sizeBytes} are zero
   */
  void write(long offset, int sizeBytes, long value);
}
