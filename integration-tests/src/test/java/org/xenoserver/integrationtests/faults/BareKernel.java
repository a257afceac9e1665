package org.xenoserver.integrationtests.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;

/**
 * A program in assembly language in the boot format of Linux
 * (Documentation/arch/riscv/boot-image-header.rst): it begins in S-mode without paging, and the RAM
 * from 0x80300000 to 0x80400000 is its own.
 */
final class BareKernel {
  private static final long TEXT_OFFSET = 2 << 20;
  private static final long ENTRY = 0x8000_0000L + TEXT_OFFSET;
  private static final int HEADER_BYTES = 64;

  /** What it takes in RAM, from its beginning on. */
  private static final long IMAGE_BYTES = 2 << 20;

  /** Prints the 16 digits of a0 on the UART that s2 points to; changes t1 to t3. */
  static final String PRINT_HEX =
      """
        li t1, 60
      digit:
        srl t2, a0, t1
        andi t2, t2, 15
        li t3, 10
        blt t2, t3, decimal
        addi t2, t2, 39
      decimal:
        addi t2, t2, 48
        sb t2, 0(s2)
        addi t1, t1, -4
        bge t1, x0, digit
      """;

  private BareKernel() {}

  /** Writes one to a file. */
  static Path write(Path file, String source) throws IOException {
    Program program = Assembler.assemble(ENTRY + HEADER_BYTES, source);
    int fileBytes = HEADER_BYTES + program.bytes().length;
    ByteBuffer image = ByteBuffer.allocate(fileBytes).order(ByteOrder.LITTLE_ENDIAN);
    image.putInt(0x0400006f); // j past the header
    image.putInt(0);
    image.putLong(TEXT_OFFSET);
    image.putLong(IMAGE_BYTES);
    image.position(48);
    image.put("RISCV\0\0\0RSC\5".getBytes(StandardCharsets.US_ASCII));
    image.position(HEADER_BYTES);
    image.put(program.bytes());
    return Files.write(file, image.array());
  }
}
