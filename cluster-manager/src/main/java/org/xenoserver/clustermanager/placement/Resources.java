package org.xenoserver.clustermanager.placement;

import java.util.Locale;

/**
 * An amount of what hosts have and domains ask for. Differences may be negative: a host can have
 * promised more than it has after it was changed.
 *
 * @param vcpus virtual CPUs
 * @param memoryBytes guest RAM
 * @param diskBytes room on the host's own disks
 */
public record Resources(long vcpus, long memoryBytes, long diskBytes) {
  public static final Resources NONE = new Resources(0, 0, 0);

  /** The disk of a host that does not say how large it is: domains are not limited by it. */
  public static final long UNLIMITED_DISK_BYTES = 1L << 60;

  private static final long NEARLY_UNLIMITED_BYTES = UNLIMITED_DISK_BYTES / 2;

  public Resources plus(Resources other) {
    return new Resources(
        vcpus + other.vcpus, memoryBytes + other.memoryBytes, diskBytes + other.diskBytes);
  }

  public Resources minus(Resources other) {
    return new Resources(
        vcpus - other.vcpus, memoryBytes - other.memoryBytes, diskBytes - other.diskBytes);
  }

  /** Whether this is enough for a demand; nothing is enough for a demand of nothing. */
  public boolean covers(Resources demand) {
    return covers(vcpus, demand.vcpus)
        && covers(memoryBytes, demand.memoryBytes)
        && covers(diskBytes, demand.diskBytes);
  }

  private static boolean covers(long free, long demand) {
    return demand <= 0 || demand <= free;
  }

  /** For people: {@code 4 vCPUs, 8 GiB memory, 20 GiB disk}; a disk without limit is left out. */
  public String text() {
    String disk = diskBytes >= NEARLY_UNLIMITED_BYTES ? "" : ", " + Bytes.text(diskBytes) + " disk";
    return String.format(
        Locale.ROOT,
        "%d vCPU%s, %s memory%s",
        vcpus,
        vcpus == 1 ? "" : "s",
        Bytes.text(memoryBytes),
        disk);
  }
}
