package org.xenoserver.ops.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the smallest ELF files that kernel modules can be. */
final class ModuleFiles {
  private static final int HEADER = 64;
  private static final int SECTION = 64;

  private ModuleFiles() {}

  /** An ELF file with a section .modinfo of these lines. */
  static byte[] module(String... lines) {
    byte[] names = "\0.text\0.modinfo\0".getBytes(StandardCharsets.US_ASCII);
    byte[] info = (String.join("\0", lines) + "\0").getBytes(StandardCharsets.UTF_8);
    int table = HEADER + names.length + info.length;
    ByteBuffer elf = ByteBuffer.allocate(table + 3 * SECTION).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    elf.putLong(0x28, table);
    elf.putShort(0x3a, (short) SECTION).putShort(0x3c, (short) 3).putShort(0x3e, (short) 2);
    elf.position(HEADER);
    elf.put(names).put(info);
    section(elf, table + SECTION, ".text\0".length() + 1, HEADER + names.length, info.length);
    section(elf, table + 2 * SECTION, 1, HEADER, names.length);
    return elf.array();
  }

  private static void section(ByteBuffer elf, int at, int name, int offset, int size) {
    elf.putInt(at, name).putLong(at + 0x18, offset).putLong(at + 0x20, size);
  }
}
