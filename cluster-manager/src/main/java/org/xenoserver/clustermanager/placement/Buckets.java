package org.xenoserver.clustermanager.placement;

/**
 * Numbers of ever wider ranges of amounts: 0 to 7 one each, then eight to an octave. An amount of a
 * higher bucket is larger than one of a lower bucket; within a bucket amounts differ by at most an
 * eighth.
 */
final class Buckets {
  /** One more than the highest bucket, which holds everything from 2^24 on. */
  static final int COUNT = Slots.LIMIT;

  private static final int MANTISSA_BITS = 3;
  private static final int MEMORY_SHIFT = 20;
  private static final int DISK_SHIFT = 30;

  private Buckets() {}

  static int ofVcpus(long vcpus) {
    return of(vcpus);
  }

  static int ofMemory(long bytes) {
    return of(bytes >> MEMORY_SHIFT);
  }

  static int ofDisk(long bytes) {
    return of(bytes >> DISK_SHIFT);
  }

  /** The least number of vCPUs in a bucket. */
  static long leastVcpus(int bucket) {
    if (bucket < 1 << MANTISSA_BITS) {
      return bucket;
    }
    int shift = (bucket >> MANTISSA_BITS) - 1;
    return ((bucket & 7L) | 8L) << shift;
  }

  private static int of(long amount) {
    if (amount < 1 << MANTISSA_BITS) {
      return (int) Math.max(0, amount);
    }
    int shift = 63 - Long.numberOfLeadingZeros(amount) - MANTISSA_BITS;
    int bucket = ((shift + 1) << MANTISSA_BITS) + ((int) (amount >>> shift) & 7);
    return Math.min(bucket, COUNT - 1);
  }
}
