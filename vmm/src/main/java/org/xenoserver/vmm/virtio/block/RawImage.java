package org.xenoserver.vmm.virtio.block;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A raw image: byte n of the file is byte n of the disk. */
final class RawImage {
  static final int SECTOR_BYTES = 512;

  private final FileChannel channel;
  private final boolean readOnly;
  private boolean locked;
  private final long sectors;

  private RawImage(FileChannel channel, boolean readOnly, boolean locked, long sectors) {
    this.channel = channel;
    this.readOnly = readOnly;
    this.locked = locked;
    this.sectors = sectors;
  }

  /**
   * Opens an image.
   *
   * @throws IOException with one sentence if there is no such file, if it may not be opened, if it
   *     does not consist of whole sectors, or if another writer has it
   */
  static RawImage open(Path file, boolean readOnly) throws IOException {
    Set<OpenOption> options =
        readOnly
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    RawImage image = open(file, options);
    if (!readOnly && !image.locked) {
      image.close();
      throw new IOException("disk %s is in use: another domain may write to it".formatted(file));
    }
    return image;
  }

  /**
   * Opens an image for writing, whether or not another writer has it: that is for its epoch to
   * decide. What was written is on the shared disk when the write returns, as this host may not be
   * let to write it later.
   *
   * @throws IOException with one sentence if there is no such file, if it may not be opened, or if
   *     it does not consist of whole sectors
   */
  static RawImage openShared(Path file) throws IOException {
    return open(
        file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DSYNC));
  }

  @SuppressWarnings("MustBeClosedChecker") // The image owns the channel from here on.
  private static RawImage open(Path file, Set<OpenOption> options) throws IOException {
    boolean readOnly = !options.contains(StandardOpenOption.WRITE);
    if (!Files.exists(file)) {
      throw new IOException("disk %s does not exist".formatted(file));
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("disk %s is not a regular file".formatted(file));
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, options);
    } catch (AccessDeniedException e) {
      String access = readOnly ? "read" : "read and write";
      throw new IOException(
          "disk %s cannot be opened: no permission to %s it".formatted(file, access), e);
    }
    long sizeBytes = channel.size();
    if (sizeBytes % SECTOR_BYTES != 0) {
      channel.close();
      throw new IOException(
          "disk %s has %d bytes, which is not a multiple of %d"
              .formatted(file, sizeBytes, SECTOR_BYTES));
    }
    return new RawImage(channel, readOnly, !readOnly && lock(channel), sizeBytes / SECTOR_BYTES);
  }

  /** Keeps other writers away, in this process and in others, until the channel is closed. */
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  boolean isReadOnly() {
    return readOnly;
  }

  /** Tries to keep other writers away for as long as this is open; returns whether that is so. */
  boolean tryLock() throws IOException {
    locked = locked || (!readOnly && lock(channel));
    return locked;
  }

  long sectors() {
    return sectors;
  }

  /** Whether whole sectors are asked for and all of them exist; the sector is unsigned. */
  boolean contains(long sector, long lengthBytes) {
    return lengthBytes % SECTOR_BYTES == 0
        && sector >= 0
        && sector <= sectors
        && lengthBytes / SECTOR_BYTES <= sectors - sector;
  }

  /** Fills what remains of a buffer. */
  void read(ByteBuffer to, long positionBytes) throws IOException {
    long position = positionBytes;
    while (to.hasRemaining()) {
      int count = channel.read(to, position);
      if (count < 0) {
        throw new EOFException("the image has become shorter");
      }
      position += count;
    }
  }

  /** Stores what remains of a buffer. */
  void write(ByteBuffer from, long positionBytes) throws IOException {
    long position = positionBytes;
    while (from.hasRemaining()) {
      position += channel.write(from, position);
    }
  }

  /** Returns once everything written is on the disk. */
  void flush() throws IOException {
    channel.force(false);
  }

  void close() throws IOException {
    channel.close();
  }
}
