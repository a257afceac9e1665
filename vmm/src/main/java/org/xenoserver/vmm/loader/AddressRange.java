package org.xenoserver.vmm.loader;

/**
 * Guest physical addresses.
 *
 * @param start first address
 * @param end first address after, at least {@code start}
 */
public record AddressRange(long start, long end) {
  /** Length in bytes. */
  public long sizeBytes() {
    return end - start;
  }

  boolean overlaps(AddressRange other) {
    return start < other.end && other.start < end;
  }

  @Override
  public String toString() {
    return "0x%x to 0x%x".formatted(start, end);
  }
}
