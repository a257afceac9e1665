package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.RunPermit;

/**
 * An image whose every write and flush is begun only with the host's permit and, if it is shared,
 * while its epoch is the newest. Both are looked at immediately before the system call.
 */
final class GuardedImage {
  private static final long RETRY_NS = 1_000_000;

  private final RawImage image;
  private final DiskUser user;
  private final RunPermit.Registration permitChanges;
  private final @Nullable ImageOwnership ownership;

  /** What to call when something that did not begin may begin now. */
  private volatile Runnable wake = () -> {};

  private volatile boolean waits;
  private boolean lost;

  private GuardedImage(RawImage image, DiskUser user, @Nullable ImageOwnership ownership) {
    this.image = image;
    this.user = user;
    this.ownership = ownership;
    this.permitChanges = user.permit().onChange(this::permitChanged);
  }

  /**
   * Opens an image.
   *
   * @throws IOException with one sentence that names the file
   */
  static GuardedImage open(DiskSpec spec, DiskUser user) throws IOException {
    if (!spec.isEpochOwned()) {
      if (!spec.readOnly()) {
        OwnerFile.refuseIfBeside(spec.file());
      }
      return new GuardedImage(RawImage.open(spec.file(), spec.readOnly()), user, null);
    }
    RawImage image = RawImage.openShared(spec.file());
    try {
      ImageOwnership ownership =
          ImageOwnership.claim(spec.file(), user.domain(), spec.ownerEpoch(), image.tryLock());
      return new GuardedImage(image, user, ownership);
    } catch (IOException | RuntimeException e) {
      image.close();
      throw e;
    }
  }

  /** Sets what to call when something that did not begin may begin now. */
  void onWake(Runnable wake) {
    this.wake = wake;
  }

  RawImage image() {
    return image;
  }

  /** Whether a request may be begun; if not, the wake-up follows once one may. */
  boolean mayBegin() {
    if (user.permit().holds()) {
      return true;
    }
    waits = true;
    // An extension before this look is seen by it, one after it sees that we wait.
    if (!user.permit().holds()) {
      return false;
    }
    waits = false;
    return true;
  }

  /**
   * Stores what remains of a buffer.
   *
   * @return false if nothing was begun; the wake-up follows once it may be tried again
   */
  boolean write(ByteBuffer from, long positionBytes) throws IOException {
    return begin(() -> image.write(from, positionBytes));
  }

  /**
   * Brings everything written to the disk.
   *
   * @return false if nothing was begun; the wake-up follows once it may be tried again
   */
  boolean flush() throws IOException {
    return begin(image::flush);
  }

  private boolean begin(Change change) throws IOException {
    if (ownership == null) {
      return beginPermitted(change);
    }
    try (OwnerFile.Locked held = ownership.tryHold()) {
      if (held == null) {
        user.retry().schedule(user.clock().monotonicNs() + RETRY_NS, wake);
        return false;
      }
      // What it was taken from may have gone since, and left the lock to whoever comes first.
      boolean unused = image.tryLock();
      return beginPermitted(change);
    } catch (OwnershipLostException e) {
      if (!lost) {
        lost = true;
        user.ownershipLost().accept(e.getMessage());
      }
      throw e;
    }
  }

  private boolean beginPermitted(Change change) throws IOException {
    if (!mayBegin()) {
      return false;
    }
    change.make();
    return true;
  }

  private void permitChanged() {
    if (waits) {
      waits = false;
      wake.run();
    }
  }

  void close() throws IOException {
    permitChanges.close();
    user.retry().schedule(Long.MAX_VALUE, () -> {});
    try {
      if (ownership != null) {
        ownership.close();
      }
    } finally {
      image.close();
    }
  }

  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }
}
