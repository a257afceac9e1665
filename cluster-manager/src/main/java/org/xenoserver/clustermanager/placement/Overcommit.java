package org.xenoserver.clustermanager.placement;

/**
 * How many times of what a host has may be promised, per resource; 1 promises what is there.
 *
 * @param vcpus virtual CPUs per physical CPU, above 0
 * @param memory above 0
 * @param disk above 0
 */
public record Overcommit(double vcpus, double memory, double disk) {
  public static final Overcommit NONE = new Overcommit(1, 1, 1);

  public Overcommit {
    check("vcpus", vcpus);
    check("memory", memory);
    check("disk", disk);
  }

  private static void check(String field, double ratio) {
    if (!(ratio > 0 && ratio <= 1000)) {
      throw new IllegalArgumentException(
          "the overcommit ratio of %s is %s; allowed is above 0 up to 1000"
              .formatted(field, ratio));
    }
  }

  /** What may be promised of a capacity, rounded down. */
  public Resources promisable(Resources capacity) {
    return new Resources(
        (long) (capacity.vcpus() * vcpus),
        memory == 1 ? capacity.memoryBytes() : (long) (capacity.memoryBytes() * memory),
        disk == 1 ? capacity.diskBytes() : (long) (capacity.diskBytes() * disk));
  }
}
