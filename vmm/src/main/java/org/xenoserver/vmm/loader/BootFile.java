package org.xenoserver.vmm.loader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of a file to be loaded: mapped, so that only what is used is read, or decompressed if
 * the file is a gzip.
 */
@SuppressWarnings("MustBeClosedChecker") // close() ends the arena.
final class BootFile implements AutoCloseable {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong DOUBLEWORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int GZIP_MAGIC = 0x8b1f;

  private final String name;
  private final Arena arena;
  private final MemorySegment bytes;

  private BootFile(String name, Arena arena, MemorySegment bytes) {
    this.name = name;
    this.arena = arena;
    this.bytes = bytes;
  }

  /**
   * Maps a file as it is.
   *
   * @param role what the file is for, such as {@code kernel}
   */
  static BootFile open(String role, Path file) throws IOException {
    String name = role + " " + file;
    if (!Files.exists(file)) {
      throw new IOException("The %s does not exist.".formatted(name));
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("The %s is not a regular file.".formatted(name));
    }
    if (!Files.isReadable(file)) {
      throw new IOException("The %s cannot be read: permission denied.".formatted(name));
    }
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new IOException("The %s is empty.".formatted(name));
      }
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new BootFile(name, arena, bytes);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Maps a file, or decompresses it if it is a gzip.
   *
   * @param limitBytes the most it may decompress to
   */
  static BootFile openDecompressed(String role, Path file, long limitBytes) throws IOException {
    BootFile mapped = open(role, file);
    if (mapped.size() < 2 || (mapped.half(0) & 0xffff) != GZIP_MAGIC) {
      return mapped;
    }
    mapped.close();
    int limit = (int) Math.min(limitBytes, Integer.MAX_VALUE - 16);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (plain.size() > limit - count) {
          throw new IOException("it decompresses to more than %d bytes".formatted(limit));
        }
        plain.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new IOException(
          "The %s is not a usable gzip: %s.".formatted(mapped.name, e.getMessage()), e);
    }
    if (plain.size() == 0) {
      throw new IOException("The %s decompresses to nothing.".formatted(mapped.name));
    }
    return new BootFile(
        mapped.name, Arena.ofConfined(), MemorySegment.ofArray(plain.toByteArray()));
  }

  /** Role and path, as in "kernel /boot/Image". */
  String name() {
    return name;
  }

  long size() {
    return bytes.byteSize();
  }

  boolean holds(long offset, long lengthBytes) {
    return offset >= 0 && lengthBytes >= 0 && offset <= size() - lengthBytes;
  }

  int octet(long offset) {
    return bytes.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  int half(long offset) {
    return bytes.get(HALF, offset) & 0xffff;
  }

  int word(long offset) {
    return bytes.get(WORD, offset);
  }

  long doubleword(long offset) {
    return bytes.get(DOUBLEWORD, offset);
  }

  /** Whether a zero-terminated ASCII string lies at an offset. */
  boolean hasString(long offset, byte[] text) {
    return holds(offset, text.length + 1L)
        && octet(offset + text.length) == 0
        && bytes.asSlice(offset, text.length).mismatch(MemorySegment.ofArray(text)) < 0;
  }

  /** Copies into RAM of at least that length. */
  void copyTo(MemorySegment ram, long offset, long lengthBytes) {
    MemorySegment.copy(bytes, offset, ram, 0, lengthBytes);
  }

  @Override
  public void close() {
    arena.close();
  }
}
