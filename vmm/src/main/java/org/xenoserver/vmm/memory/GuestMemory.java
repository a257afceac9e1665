package org.xenoserver.vmm.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A domain's RAM: one contiguous range of guest physical addresses backed by memory of the host.
 *
 * <p>Untouched pages cost nothing. Devices and loaders use the checked methods here; a hart
 * translates through {@link #hostAddress} once per page and then goes through {@link RawMemory}.
 */
public final class GuestMemory implements AutoCloseable {
  private final long base;
  private final long sizeBytes;
  private final Arena arena;
  private final MemorySegment segment;
  private final long hostBase;
  private final AtomicLong changes = new AtomicLong();

  private GuestMemory(long base, long sizeBytes, Arena arena, MemorySegment segment) {
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.arena = arena;
    this.segment = segment;
    this.hostBase = segment.address();
  }

  /**
   * Maps zeroed RAM: anonymous memory where the host has it, else an unlinked file in the temporary
   * folder.
   *
   * @param base first guest physical address
   * @param sizeBytes a positive multiple of 4096
   */
  @SuppressWarnings(
      "MustBeClosedChecker") // The arena lives as long as the memory; close() ends both.
  public static GuestMemory allocate(long base, long sizeBytes) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment segment =
          AnonymousMapping.isAvailable()
              ? AnonymousMapping.map(sizeBytes, arena)
              : mapFile(sizeBytes, arena);
      return new GuestMemory(base, sizeBytes, arena, segment);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** A sparse file, since the heap's and direct buffers' memory is bounded. */
  private static MemorySegment mapFile(long sizeBytes, Arena arena) throws IOException {
    Path file = Files.createTempFile("xenoserver-ram-", null);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, sizeBytes, arena);
    } finally {
      Files.delete(file);
    }
  }

  /** First guest physical address. */
  public long base() {
    return base;
  }

  /** Length in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Whether all of a range is RAM; false for a negative length. */
  public boolean contains(long address, long lengthBytes) {
    long offset = address - base;
    return lengthBytes >= 0 && offset >= 0 && offset <= sizeBytes - lengthBytes;
  }

  /**
   * The address in this process of a guest physical address; valid until {@link #close}, and for
   * {@link RawMemory} only within a range that {@link #contains} admitted.
   */
  public long hostAddress(long address) {
    return hostBase + (address - base);
  }

  /** The guest physical address of what {@link #hostAddress} gave; outside RAM for any other. */
  public long guestAddress(long hostAddress) {
    return hostAddress - hostBase + base;
  }

  /** Copies into RAM. */
  public void write(long address, byte[] from, int offset, int length) {
    RawMemory.copyIn(check(address, length), from, offset, length);
    changed();
  }

  /** Says that RAM was changed by another way than the methods here. */
  public void changed() {
    changes.incrementAndGet();
  }

  /**
   * How often others than harts have changed RAM; counted after the change. Safe from any thread.
   */
  public long changes() {
    return changes.get();
  }

  /** Copies out of RAM. */
  public void read(long address, byte[] to, int offset, int length) {
    RawMemory.copyOut(check(address, length), to, offset, length);
  }

  public byte getByte(long address) {
    return RawMemory.getByte(check(address, 1));
  }

  public short getShort(long address) {
    return RawMemory.getShort(check(address, 2));
  }

  public int getInt(long address) {
    return RawMemory.getInt(check(address, 4));
  }

  public long getLong(long address) {
    return RawMemory.getLong(check(address, 8));
  }

  public void putByte(long address, byte value) {
    RawMemory.putByte(check(address, 1), value);
    changed();
  }

  public void putShort(long address, short value) {
    RawMemory.putShort(check(address, 2), value);
    changed();
  }

  public void putInt(long address, int value) {
    RawMemory.putInt(check(address, 4), value);
    changed();
  }

  public void putLong(long address, long value) {
    RawMemory.putLong(check(address, 8), value);
    changed();
  }

  /**
   * A bounded view of RAM for file and channel I/O; who writes through it says so afterwards by
   * {@link #changed}.
   */
  public MemorySegment slice(long address, long lengthBytes) {
    check(address, lengthBytes);
    return segment.asSlice(address - base, lengthBytes);
  }

  private long check(long address, long lengthBytes) {
    if (!contains(address, lengthBytes)) {
      throw new IndexOutOfBoundsException(
          "guest physical 0x%x+%d is outside RAM 0x%x+0x%x"
              .formatted(address, lengthBytes, base, sizeBytes));
    }
    return hostAddress(address);
  }

  /** Unmaps. No hart or device may run any more. */
  @Override
  public void close() {
    arena.close();
  }
}
