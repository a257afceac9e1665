package org.xenoserver.vmm.domain;

import java.nio.file.Path;

/**
 * A disk of a domain.
 *
 * <p>A writable shared disk with an epoch is guarded by it: the writer records its epoch beside the
 * image ({@code <image>.owner}) and looks there before each write, so that a host that was given up
 * can write no more once the domain has been started elsewhere under a newer epoch. Any other
 * writable disk is guarded by a file lock alone, which a writer that hangs keeps; an image with a
 * record beside it cannot be one.
 *
 * @param file a raw image whose size is a multiple of 512 bytes
 * @param readOnly whether guest writes are refused
 * @param shared whether other hosts see the same file
 * @param ownerEpoch the ownership epoch of the domain on this host; 0 if no cluster counts it
 */
public record DiskSpec(Path file, boolean readOnly, boolean shared, long ownerEpoch) {
  /** A disk of this host alone. */
  public DiskSpec(Path file, boolean readOnly) {
    this(file, readOnly, false, 0);
  }

  /** Whether writes are guarded by the epoch. */
  public boolean isEpochOwned() {
    return shared && !readOnly && ownerEpoch > 0;
  }
}
