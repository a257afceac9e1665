package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A claim to a shared image under an epoch. A newer epoch of the same domain takes the image from
 * an older one, whose process may hang or be cut off and cannot be asked; so does the same epoch
 * opened once more, after a restart. Epochs of different domains do not compare: another domain may
 * have the image once nobody has it open for writing.
 *
 * <p>The record is read and the write made under the record's lock, so that no write of the older
 * epoch follows the first moment of the newer. A process that is stopped in the middle of exactly
 * this keeps the lock, and then the image cannot be taken until it ends or goes on: the one case in
 * which we rather wait than risk two writers.
 */
final class ImageOwnership {
  private static final int TRIES = 200;
  private static final long BETWEEN_TRIES_NS = 10_000_000;

  private final Path image;
  private final OwnerFile file;
  private final OwnerRecord record;
  private final byte[] ours;

  private ImageOwnership(Path image, OwnerFile file, OwnerRecord record) {
    this.image = image;
    this.file = file;
    this.record = record;
    this.ours = record.toBytes();
  }

  /**
   * Claims an image and records it; waits up to 2 s for whoever is looking at the record.
   *
   * @param lockedImage whether the image's own lock could be had: nobody else has it open for
   *     writing
   * @throws IOException with one sentence if it may not be claimed; the record is as it was
   */
  static ImageOwnership claim(Path image, UUID domain, long epoch, boolean lockedImage)
      throws IOException {
    OwnerFile file;
    try {
      file = OwnerFile.beside(image);
    } catch (IOException e) {
      throw new IOException(
          "disk %s cannot be owned: there is no writing beside it: %s"
              .formatted(image, e.getMessage()),
          e);
    }
    ImageOwnership ownership =
        new ImageOwnership(image, file, new OwnerRecord(domain, epoch, UUID.randomUUID()));
    try (OwnerFile.Locked lock = ownership.lock()) {
      ownership.checkClaim(lockedImage);
      file.write(ownership.ours);
      return ownership;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private OwnerFile.Locked lock() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      OwnerFile.Locked lock = file.tryLock();
      if (lock != null) {
        return lock;
      }
      LockSupport.parkNanos(BETWEEN_TRIES_NS); // The host offers no lock with a time limit.
    }
    throw new IOException(
        "disk %s cannot be taken: a process that does not go on is in the middle of a write to it"
            .formatted(image));
  }

  private void checkClaim(boolean lockedImage) throws IOException {
    byte[] stored = file.read();
    if (stored.length == 0) {
      if (!lockedImage) {
        throw new IOException("disk %s is in use: another domain may write to it".formatted(image));
      }
      return;
    }
    OwnerRecord old = OwnerRecord.parse(stored, file.file());
    if (!old.domain().equals(record.domain())) {
      if (!lockedImage) {
        throw new IOException(
            "disk %s is in use: epoch %d of domain %s may write to it"
                .formatted(image, old.epoch(), old.domain()));
      }
    } else if (old.epoch() > record.epoch()) {
      throw new IOException(
          "disk %s belongs to epoch %d of its domain and is not given to epoch %d"
              .formatted(image, old.epoch(), record.epoch()));
    }
  }

  /** Locks the record while it still is ours; null if another has it locked now. */
  OwnerFile.@Nullable Locked tryHold() throws IOException {
    OwnerFile.Locked lock = file.tryLock();
    if (lock == null) {
      return null;
    }
    try {
      checkHeld();
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return lock;
  }

  private void checkHeld() throws IOException {
    byte[] stored = file.read();
    if (Arrays.equals(stored, ours)) {
      return;
    }
    OwnerRecord now = OwnerRecord.parse(stored, file.file());
    throw new OwnershipLostException(
        "disk %s belongs to epoch %d of domain %s, so that epoch %d of domain %s may write no more"
            .formatted(image, now.epoch(), now.domain(), record.epoch(), record.domain()));
  }

  void close() throws IOException {
    file.close();
  }
}
