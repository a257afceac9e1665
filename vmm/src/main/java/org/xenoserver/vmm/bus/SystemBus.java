package org.xenoserver.vmm.bus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which device answers at which physical address. Built once, then read by every hart. */
public final class SystemBus {
  /**
   * One device's place in the physical address space.
   *
   * @param base first physical address
   * @param sizeBytes length of the range, at least 1
   */
  public record Range(long base, long sizeBytes, MmioDevice device) {
    boolean contains(long address, int accessBytes) {
      long offset = address - base;
      return offset >= 0 && offset <= sizeBytes - accessBytes;
    }
  }

  private final List<Range> ranges;

  private SystemBus(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** The range that holds all of an access, or null if no device answers there. */
  public @Nullable Range find(long address, int accessBytes) {
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      if (range.contains(address, accessBytes)) {
        return range;
      }
    }
    return null;
  }

  /** Collects devices until the bus is fixed. */
  public static final class Builder {
    private final List<Range> ranges = new ArrayList<>();

    /**
     * Adds a device.
     *
     * @throws IllegalArgumentException if its range overlaps one already there
     */
    public Builder attach(long base, long sizeBytes, MmioDevice device) {
      for (Range other : ranges) {
        if (base < other.base + other.sizeBytes && other.base < base + sizeBytes) {
          throw new IllegalArgumentException(
              "device range 0x%x+0x%x overlaps 0x%x+0x%x"
                  .formatted(base, sizeBytes, other.base, other.sizeBytes));
        }
      }
      ranges.add(new Range(base, sizeBytes, device));
      return this;
    }

    /** The finished bus. */
    public SystemBus build() {
      List<Range> sorted = new ArrayList<>(ranges);
      sorted.sort(Comparator.comparingLong(Range::base));
      return new SystemBus(Collections.unmodifiableList(sorted));
    }
  }
}
