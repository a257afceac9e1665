package org.xenoserver.integrationtests;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The smallest guest that shows it lives: prints one character through the SBI debug console (SBI
 * 2.0, chapter 12) and waits for interrupts that never come. In the boot format of Linux
 * (Documentation/arch/riscv/boot-image-header.rst).
 */
final class TinyKernel {
  /** What it prints. */
  static final String GREETING = "!";

  private static final int[] PROGRAM = {
    0x444248b7, // lui a7, 0x44424
    0x34e88893, // addi a7, a7, 0x34e (DBCN)
    0x00200813, // li a6, 2 (console_write_byte)
    0x02100513, // li a0, '!'
    0x00000073, // ecall
    0x10500073, // wfi
    0xffdff06f, // j -4
  };
  private static final int HEADER_BYTES = 64;
  private static final long TEXT_OFFSET = 2 << 20;

  private TinyKernel() {}

  /** Writes it to a file in a folder. */
  static Path in(Path folder) throws IOException {
    int sizeBytes = HEADER_BYTES + PROGRAM.length * Integer.BYTES;
    ByteBuffer image = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    image.putInt(0x0400006f); // j past the header
    image.putInt(0);
    image.putLong(TEXT_OFFSET);
    image.putLong(sizeBytes);
    image.position(48);
    image.put("RISCV\0\0\0RSC\5".getBytes(StandardCharsets.US_ASCII));
    image.position(HEADER_BYTES);
    for (int instruction : PROGRAM) {
      image.putInt(instruction);
    }
    return Files.write(folder.resolve("tiny-kernel"), image.array());
  }
}
