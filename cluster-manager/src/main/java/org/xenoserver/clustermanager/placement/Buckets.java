package org.xenoserver.clustermanager.placement;

/**
 * Numbers of ever wider ranges of amounts: 0 to 7 one each, then eight to an octave (of disk, 0 to
 * 3, then four). An amount of a higher bucket is larger than one of a lower bucket; the last holds
 * everything beyond.
 */
final class Buckets {
  /** Buckets of vCPUs, to 2^24, and of memory, to 2^24 MiB. */
  static final int COUNT = 192;

  /** Buckets of disk, to 2^17 GiB. */
  static final int DISKS = 64;

  private static final int MEMORY_SHIFT = 20;
  private static final int DISK_SHIFT = 30;

  private Buckets() {}

  static int ofVcpus(long vcpus) {
    return of(vcpus, 3, COUNT);
  }

  static int ofMemory(long bytes) {
    return of(bytes >> MEMORY_SHIFT, 3, COUNT);
  }

  static int ofDisk(long bytes) {
    return of(bytes >> DISK_SHIFT, 2, DISKS);
  }

  /** The least number of vCPUs in a bucket. */
  static long leastVcpus(int bucket) {
    return bucket < 8 ? bucket : ((bucket & 7L) | 8L) << ((bucket >> 3) - 1);
  }

  private static int of(long amount, int mantissaBits, int count) {
    if (amount < 1L << mantissaBits) {
      return (int) Math.max(0, amount);
    }
    int shift = 63 - Long.numberOfLeadingZeros(amount) - mantissaBits;
    int bucket =
        ((shift + 1) << mantissaBits) + ((int) (amount >>> shift) & ((1 << mantissaBits) - 1));
    return Math.min(bucket, count - 1);
  }
}
