package org.xenoserver.vmm.loader;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.xenoserver.vmm.memory.GuestMemory;

/**
 * A RISC-V executable: ELF64, little-endian, ET_EXEC or ET_DYN (System V gABI 4.1, RISC-V ELF
 * psABI).
 *
 * <p>Segments go to their physical addresses. Two kinds are moved as a whole: a
 * position-independent file whose addresses begin below RAM, and a kernel whose entry is a virtual
 * address in the upper half and whose physical addresses begin below RAM ({@code vmlinux}).
 */
public final class ElfImage {
  private static final int ELF_MAGIC = 0x464c_457f;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int TYPE_EXECUTABLE = 2;
  private static final int TYPE_SHARED = 3;
  private static final int MACHINE_RISCV = 243;
  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int SECTION_HEADER_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int SEGMENT_LOAD = 1;
  private static final int SECTION_SYMBOLS = 2;

  private final BootFile file;
  private final List<Segment> segments;
  private final long bias;

  /** A PT_LOAD program header. */
  private record Segment(
      long offset, long virtualAddress, long physicalAddress, long fileBytes, long memoryBytes) {}

  private ElfImage(BootFile file, List<Segment> segments, long bias) {
    this.file = file;
    this.segments = segments;
    this.bias = bias;
  }

  static boolean isElf(BootFile file) {
    return file.size() >= 4 && file.word(0) == ELF_MAGIC;
  }

  /**
   * Reads the headers.
   *
   * @param ram where the file will be loaded
   * @param moveTo where a file that has to be moved begins
   * @throws IOException if the file is not such an executable; the message is one sentence
   */
  static ElfImage parse(BootFile file, AddressRange ram, long moveTo) throws IOException {
    require(file.holds(0, HEADER_BYTES), file, "is truncated: it ends within the ELF header");
    require(file.octet(4) == CLASS_64, file, "is not a 64-bit ELF file; only ELF64 is supported");
    require(
        file.octet(5) == LITTLE_ENDIAN,
        file,
        "is a big-endian ELF file; only little-endian is supported");
    require(
        file.half(18) == MACHINE_RISCV,
        file,
        "is an ELF file for machine %d; only RISC-V (%d) is supported"
            .formatted(file.half(18), MACHINE_RISCV));
    int type = file.half(16);
    require(
        type == TYPE_EXECUTABLE || type == TYPE_SHARED,
        file,
        "is an ELF file of type %d; only executables (2 and 3) are supported".formatted(type));
    List<Segment> segments = segments(file);
    require(!segments.isEmpty(), file, "is an ELF file with nothing to load");
    long lowest =
        segments.stream().mapToLong(Segment::physicalAddress).reduce(-1, ElfImage::unsignedMin);
    boolean virtualEntry = file.doubleword(24) < 0;
    boolean belowRam = Long.compareUnsigned(lowest, ram.start()) < 0;
    long bias = belowRam && (type == TYPE_SHARED || virtualEntry) ? moveTo - lowest : 0;
    return new ElfImage(file, segments, bias);
  }

  private static long unsignedMin(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  private static List<Segment> segments(BootFile file) throws IOException {
    long table = file.doubleword(32);
    int entryBytes = file.half(54);
    int count = file.half(56);
    require(
        count == 0 || entryBytes >= PROGRAM_HEADER_BYTES,
        file,
        "is an ELF file whose program headers have %d bytes; at least %d are needed"
            .formatted(entryBytes, PROGRAM_HEADER_BYTES));
    require(
        file.holds(table, (long) count * entryBytes),
        file,
        "is truncated: it ends within the ELF program headers");
    List<Segment> segments = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      long header = table + (long) index * entryBytes;
      if (file.word(header) != SEGMENT_LOAD) {
        continue;
      }
      Segment segment =
          new Segment(
              file.doubleword(header + 8),
              file.doubleword(header + 16),
              file.doubleword(header + 24),
              file.doubleword(header + 32),
              file.doubleword(header + 40));
      if (segment.memoryBytes == 0) {
        continue;
      }
      require(
          file.holds(segment.offset, segment.fileBytes),
          file,
          "is truncated: ELF segment %d ends beyond its %d bytes".formatted(index, file.size()));
      require(
          segment.memoryBytes >= segment.fileBytes,
          file,
          "is an ELF file whose segment %d is larger in the file than in memory".formatted(index));
      segments.add(segment);
    }
    return segments;
  }

  /** First guest physical address of the lowest segment. */
  public long lowestAddress() {
    return segments.stream().mapToLong(this::start).min().orElseThrow();
  }

  /** First guest physical address after the highest segment. */
  public long endAddress() {
    return segments.stream()
        .mapToLong(segment -> start(segment) + segment.memoryBytes)
        .max()
        .orElseThrow();
  }

  /** Guest physical address of the first instruction. */
  public long entry() {
    return physical(file.doubleword(24));
  }

  private long start(Segment segment) {
    return segment.physicalAddress + bias;
  }

  private long physical(long virtualAddress) {
    for (Segment segment : segments) {
      if (Long.compareUnsigned(virtualAddress - segment.virtualAddress, segment.memoryBytes) < 0) {
        return virtualAddress - segment.virtualAddress + start(segment);
      }
    }
    return virtualAddress + bias;
  }

  /** Takes the segments' ranges and copies them, zeroing what the file does not fill. */
  void load(GuestMemory memory, RamPlan plan) throws IOException {
    for (Segment segment : segments) {
      plan.take(file.name(), start(segment), segment.memoryBytes);
    }
    for (Segment segment : segments) {
      MemorySegment ram = memory.slice(start(segment), segment.memoryBytes);
      file.copyTo(ram, segment.offset, segment.fileBytes);
      ram.asSlice(segment.fileBytes).fill((byte) 0);
      memory.changed();
    }
  }

  /** The guest physical address of a symbol; empty if the file has none of that name. */
  public OptionalLong symbol(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    long table = file.doubleword(40);
    int entryBytes = file.half(58);
    int count = file.half(60);
    if (entryBytes < SECTION_HEADER_BYTES || !file.holds(table, (long) count * entryBytes)) {
      return OptionalLong.empty();
    }
    for (int index = 0; index < count; index++) {
      long section = table + (long) index * entryBytes;
      int strings = file.word(section + 40);
      if (file.word(section + 4) == SECTION_SYMBOLS && strings >= 0 && strings < count) {
        OptionalLong address = symbol(wanted, section, table + (long) strings * entryBytes);
        if (address.isPresent()) {
          return address;
        }
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong symbol(byte[] wanted, long symbolSection, long stringSection) {
    long offset = file.doubleword(symbolSection + 24);
    long sizeBytes = file.doubleword(symbolSection + 32);
    long strings = file.doubleword(stringSection + 24);
    if (!file.holds(offset, sizeBytes)) {
      return OptionalLong.empty();
    }
    for (long at = offset; at + SYMBOL_BYTES <= offset + sizeBytes; at += SYMBOL_BYTES) {
      boolean defined = file.half(at + 6) != 0;
      if (defined && file.hasString(strings + Integer.toUnsignedLong(file.word(at)), wanted)) {
        return OptionalLong.of(physical(file.doubleword(at + 8)));
      }
    }
    return OptionalLong.empty();
  }

  private static void require(boolean holds, BootFile file, String complaint) throws IOException {
    if (!holds) {
      throw new IOException("The %s %s.".formatted(file.name(), complaint));
    }
  }
}
