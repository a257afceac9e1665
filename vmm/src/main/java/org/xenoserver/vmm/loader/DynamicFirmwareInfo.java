package org.xenoserver.vmm.loader;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct fw_dynamic_info} of OpenSBI (docs/firmware/fw_dynamic.md), version 2: where the
 * firmware goes next. Boot hart 0, S-mode, no options.
 *
 * @param nextAddress entry of the next stage, or 0 if there is none
 */
public record DynamicFirmwareInfo(long nextAddress) {
  /** Length in memory, in bytes. */
  public static final int SIZE_BYTES = 48;

  private static final long MAGIC = 0x4942_534f;
  private static final long VERSION = 2;
  private static final long SUPERVISOR_MODE = 1;
  private static final long NO_OPTIONS = 0;
  private static final long BOOT_HART = 0;

  /** As it lies in memory. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(MAGIC)
        .putLong(VERSION)
        .putLong(nextAddress)
        .putLong(SUPERVISOR_MODE)
        .putLong(NO_OPTIONS)
        .putLong(BOOT_HART)
        .array();
  }
}
