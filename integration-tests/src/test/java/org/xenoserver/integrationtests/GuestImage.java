package org.xenoserver.integrationtests;

import java.time.Clock;
import org.xenoserver.ops.image.DebianImage;
import org.xenoserver.ops.image.Image;
import org.xenoserver.ops.image.ImageException;
import org.xenoserver.ops.image.ImageStore;
import org.xenoserver.ops.image.Progress;

/** The Debian image, from the user's store or fetched into it. */
final class GuestImage {
  private GuestImage() {}

  /** The image; without it and without the network the test is skipped, and says why. */
  static Image debian() {
    try {
      ImageStore store = ImageStore.ofUser(System.getenv());
      return new DebianImage(store, Clock.systemUTC(), new Progress(System.out)).fetch(false);
    } catch (ImageException e) {
      return Absence.of("the Debian image", String.valueOf(e.getMessage()));
    }
  }
}
