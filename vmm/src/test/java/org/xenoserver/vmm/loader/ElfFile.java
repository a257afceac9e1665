package org.xenoserver.vmm.loader;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes ELF files: as many segments and symbols as a test needs, and nothing else. */
public final class ElfFile {
  public static final int EXECUTABLE = 2;
  public static final int SHARED = 3;

  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;

  private final int type;
  private final long entry;
  private final List<Segment> segments = new ArrayList<>();
  private final Map<String, Long> symbols = new LinkedHashMap<>();

  private record Segment(
      long virtualAddress, long physicalAddress, byte[] bytes, long memoryBytes) {}

  public ElfFile(int type, long entry) {
    this.type = type;
    this.entry = entry;
  }

  public ElfFile segment(long address, byte[] bytes, long memoryBytes) {
    return segment(address, address, bytes, memoryBytes);
  }

  public ElfFile segment(
      long virtualAddress, long physicalAddress, byte[] bytes, long memoryBytes) {
    segments.add(new Segment(virtualAddress, physicalAddress, bytes, memoryBytes));
    return this;
  }

  public ElfFile symbol(String name, long value) {
    symbols.put(name, value);
    return this;
  }

  public byte[] toBytes() {
    int contents = HEADER_BYTES + segments.size() * PROGRAM_HEADER_BYTES;
    int symbolTable = contents + segments.stream().mapToInt(segment -> segment.bytes.length).sum();
    int symbolBytes = 24 * (symbols.size() + 1);
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    int stringTable = symbolTable + symbolBytes;
    int stringBytes = 1 + symbols.keySet().stream().mapToInt(name -> name.length() + 1).sum();
    int sections = stringTable + stringBytes;
    ByteBuffer out = ByteBuffer.allocate(sections + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x464c_457f).put((byte) 2).put((byte) 1).put((byte) 1).position(16);
    out.putShort((short) type).putShort((short) 243).putInt(1);
    out.putLong(entry).putLong(HEADER_BYTES).putLong(sections).putInt(0);
    out.putShort((short) HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
    out.putShort((short) segments.size())
        .putShort((short) 64)
        .putShort((short) 3)
        .putShort((short) 0);
    long offset = contents;
    for (Segment segment : segments) {
      out.putInt(1).putInt(7).putLong(offset);
      out.putLong(segment.virtualAddress).putLong(segment.physicalAddress);
      out.putLong(segment.bytes.length).putLong(segment.memoryBytes).putLong(1);
      offset += segment.bytes.length;
    }
    segments.forEach(segment -> out.put(segment.bytes));
    out.position(symbolTable + 24);
    symbols.forEach((name, value) -> {
      out.putInt(strings.size()).put((byte) 0x10).put((byte) 0).putShort((short) 1);
      out.putLong(value).putLong(0);
      strings.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      strings.write(0);
    });
    out.put(strings.toByteArray());
    section(out, sections + 64, 2, symbolTable, symbolBytes, 2);
    section(out, sections + 128, 3, stringTable, stringBytes, 0);
    return out.array();
  }

  private static void section(
      ByteBuffer out, int at, int sectionType, long offset, long sizeBytes, int link) {
    out.putInt(at + 4, sectionType).putLong(at + 24, offset).putLong(at + 32, sizeBytes);
    out.putInt(at + 40, link);
  }
}
