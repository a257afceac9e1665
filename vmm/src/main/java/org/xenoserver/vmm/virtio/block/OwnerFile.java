package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a shared image that says who may write to it. It is read and written under its
 * lock, which network file systems answer with what other hosts wrote last, where a mapping would
 * show what was read a minute ago.
 */
final class OwnerFile {
  /**
   * One lock of this process for each file, as the host's locks are between processes, and are all
   * given up when the process closes the file once. Files that share one wait for each other.
   */
  private static final ReentrantLock[] PROCESS_LOCKS = new ReentrantLock[64];

  static {
    Arrays.setAll(PROCESS_LOCKS, i -> new ReentrantLock());
  }

  private final Path file;
  private final ReentrantLock processLock;
  private final FileChannel channel;

  private OwnerFile(Path file, ReentrantLock processLock, FileChannel channel) {
    this.file = file;
    this.processLock = processLock;
    this.channel = channel;
  }

  /** Opens the file beside an image; it is empty if there was none. */
  @SuppressWarnings("MustBeClosedChecker") // The owner file has the channel from here on.
  static OwnerFile beside(Path image) throws IOException {
    Path file = fileBeside(image);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    int stripe = Math.floorMod(file.hashCode(), PROCESS_LOCKS.length);
    return new OwnerFile(file, PROCESS_LOCKS[stripe], channel);
  }

  private static Path fileBeside(Path image) throws IOException {
    Path real = image.toRealPath();
    return real.resolveSibling(real.getFileName() + ".owner");
  }

  /**
   * Keeps those away who would not look at the record before they write.
   *
   * @throws IOException with one sentence if there is a record
   */
  static void refuseIfBeside(Path image) throws IOException {
    if (Files.exists(image) && Files.exists(fileBeside(image))) {
      throw new IOException(
          "disk %s belongs to a domain of a cluster: to use it otherwise, delete %s"
              .formatted(image, fileBeside(image)));
    }
  }

  /**
   * Locks the file against every other opening of it.
   *
   * @return null if another has it locked now
   */
  @Nullable Locked tryLock() throws IOException {
    if (!processLock.tryLock()) {
      return null;
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another opening in this process under another name of the file.
    } finally {
      if (lock == null) {
        processLock.unlock();
      }
    }
    return lock == null ? null : new Locked(lock);
  }

  /** The record's bytes; none if nobody ever owned the image. The file is locked. */
  byte[] read() throws IOException {
    ByteBuffer record = ByteBuffer.allocate(OwnerRecord.MOST_BYTES);
    int count = 0;
    while (count >= 0 && record.hasRemaining()) {
      count = channel.read(record, record.position());
    }
    return Arrays.copyOf(record.array(), record.position());
  }

  /** Replaces the record; returns when it is on the disk. The file is locked. */
  void write(byte[] record) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(record);
    while (from.hasRemaining()) {
      channel.write(from, from.position());
    }
    channel.force(true);
  }

  /** The file, for messages. */
  Path file() {
    return file;
  }

  void close() throws IOException {
    processLock.lock();
    try {
      channel.close();
    } finally {
      processLock.unlock();
    }
  }

  /** Holds the lock until closed, on the thread that took it. */
  final class Locked implements AutoCloseable {
    private final FileLock lock;

    private Locked(FileLock lock) {
      this.lock = lock;
    }

    @Override
    public void close() throws IOException {
      try {
        lock.release();
      } finally {
        processLock.unlock();
      }
    }
  }
}
