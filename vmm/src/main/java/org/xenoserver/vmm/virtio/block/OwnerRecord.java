package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may write to a shared image: one line of text of a fixed length below a sector's, so that it
 * is on the disk whole or not at all.
 *
 * @param epoch the domain's ownership epoch; epochs of different domains do not compare
 * @param writer one opening of the image, as an epoch may be opened again after a restart
 */
record OwnerRecord(UUID domain, long epoch, UUID writer) {
  /** No record is longer. */
  static final int MOST_BYTES = 512;

  private static final Pattern LINE =
      Pattern.compile("xenoserver-owner 1 epoch ([0-9]{19}) domain (\\S{36}) writer (\\S{36})\n");

  /** As it is stored. */
  byte[] toBytes() {
    String line =
        String.format(
            Locale.ROOT,
            "xenoserver-owner 1 epoch %019d domain %s writer %s\n",
            epoch,
            domain,
            writer);
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads one.
   *
   * @throws IOException with one sentence if it is no such record
   */
  static OwnerRecord parse(byte[] bytes, Path file) throws IOException {
    Matcher line = LINE.matcher(new String(bytes, StandardCharsets.US_ASCII));
    if (!line.matches()) {
      throw new IOException("%s does not say who owns the disk beside it".formatted(file));
    }
    try {
      return new OwnerRecord(
          UUID.fromString(line.group(2)),
          Long.parseLong(line.group(1)),
          UUID.fromString(line.group(3)));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s does not say who owns the disk beside it".formatted(file), e);
    }
  }
}
