package org.xenoserver.ops.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kernel module says of itself: the {@code key=value} strings of its ELF section .modinfo.
 *
 * @param depends modules whose symbols it uses
 * @param before modules or aliases to load before it where they exist (softdep pre)
 * @param aliases patterns of the devices and services it serves
 */
record ModuleInfo(List<String> depends, List<String> before, List<String> aliases) {
  private static final int ELF_MAGIC = 0x464c457f;
  private static final int SECTION_TABLE_OFFSET = 0x28;
  private static final int SECTION_ENTRY_SIZE = 0x3a;

  /** Copies the lists, so that a module's information never changes. */
  ModuleInfo {
    depends = List.copyOf(depends);
    before = List.copyOf(before);
    aliases = List.copyOf(aliases);
  }

  /**
   * Reads a module.
   *
   * @throws IOException if it is no 64-bit little-endian ELF file with a section .modinfo
   */
  static ModuleInfo parse(byte[] module) throws IOException {
    List<String> depends = new ArrayList<>();
    List<String> before = new ArrayList<>();
    List<String> aliases = new ArrayList<>();
    for (String line : section(module).split("\0", -1)) {
      int equals = line.indexOf('=');
      if (equals < 0) {
        continue;
      }
      String value = line.substring(equals + 1).strip();
      switch (line.substring(0, equals)) {
        case "depends" -> addWords(depends, value, ",");
        case "softdep" -> addBefore(before, value);
        case "alias" -> aliases.add(value);
        default -> {}
      }
    }
    return new ModuleInfo(depends, before, aliases);
  }

  private static void addWords(List<String> to, String text, String separator) {
    for (String word : text.split(separator, -1)) {
      if (!word.isBlank()) {
        to.add(word.strip());
      }
    }
  }

  private static void addBefore(List<String> before, String value) {
    int pre = value.indexOf("pre:");
    if (pre >= 0) {
      int post = value.indexOf("post:", pre);
      addWords(before, value.substring(pre + 4, post < 0 ? value.length() : post), " ");
    }
  }

  private static String section(byte[] module) throws IOException {
    try {
      ByteBuffer elf = ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN);
      if (elf.getInt(0) != ELF_MAGIC || module[4] != 2 || module[5] != 1) {
        throw new IOException("not a 64-bit little-endian ELF file");
      }
      int table = Math.toIntExact(elf.getLong(SECTION_TABLE_OFFSET));
      int size = elf.getShort(SECTION_ENTRY_SIZE);
      int count = elf.getShort(SECTION_ENTRY_SIZE + 2);
      int names = offset(elf, table + elf.getShort(SECTION_ENTRY_SIZE + 4) * size);
      for (int i = 0; i < count; i++) {
        int header = table + i * size;
        if (text(module, names + elf.getInt(header), ".modinfo".length() + 1)
            .equals(".modinfo\0")) {
          return text(module, offset(elf, header), Math.toIntExact(elf.getLong(header + 0x20)));
        }
      }
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IOException("a damaged ELF file", e);
    }
    throw new IOException("an ELF file without a section .modinfo");
  }

  private static int offset(ByteBuffer elf, int header) {
    return Math.toIntExact(elf.getLong(header + 0x18));
  }

  private static String text(byte[] module, int offset, int length) {
    int end = Math.min(module.length, offset + length);
    return new String(module, offset, end - offset, StandardCharsets.ISO_8859_1);
  }
}
