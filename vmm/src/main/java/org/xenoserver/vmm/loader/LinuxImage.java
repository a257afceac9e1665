package org.xenoserver.vmm.loader;

import java.io.IOException;

/**
 * A kernel in the boot format of Linux, plain or with an EFI stub (Linux
 * Documentation/arch/riscv/boot-image-header.rst).
 *
 * @param textOffset where it begins, in bytes from the start of RAM; a multiple of 2 MiB
 * @param memoryBytes what it takes in RAM, what it clears for itself included
 */
record LinuxImage(long textOffset, long memoryBytes) {
  static final long ALIGNMENT = 2 << 20;

  private static final int HEADER_BYTES = 64;
  private static final int MAGIC_2 = 0x0543_5352;
  private static final int ZBOOT_MAGIC = 0x676d_697a;
  private static final long BIG_ENDIAN_FLAG = 1;

  static boolean isImage(BootFile file) {
    return file.size() >= HEADER_BYTES && file.word(56) == MAGIC_2;
  }

  /** Whether this is a compressed EFI program with a kernel inside, which only EFI can start. */
  static boolean isEfiZboot(BootFile file) {
    return file.size() >= HEADER_BYTES && file.word(4) == ZBOOT_MAGIC;
  }

  static LinuxImage parse(BootFile file) throws IOException {
    long textOffset = file.doubleword(8);
    long imageBytes = file.doubleword(16);
    if ((file.doubleword(24) & BIG_ENDIAN_FLAG) != 0) {
      throw new IOException(
          "The %s is a big-endian kernel; only little-endian is supported.".formatted(file.name()));
    }
    if (textOffset < 0 || textOffset % ALIGNMENT != 0) {
      throw new IOException(
          "The %s has text_offset 0x%x in its header; it must be a multiple of 0x%x."
              .formatted(file.name(), textOffset, ALIGNMENT));
    }
    if (imageBytes < 0) {
      throw new IOException(
          "The %s has image_size 0x%x in its header, which is out of range."
              .formatted(file.name(), imageBytes));
    }
    return new LinuxImage(textOffset, Math.max(imageBytes, file.size()));
  }
}
