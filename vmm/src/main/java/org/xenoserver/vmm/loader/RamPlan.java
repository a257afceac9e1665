package org.xenoserver.vmm.loader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.xenoserver.vmm.memory.GuestMemory;

/** Which ranges of RAM are taken, and by what, so that nothing is loaded over anything else. */
final class RamPlan {
  private final AddressRange ram;
  private final List<Taken> taken = new ArrayList<>();

  private record Taken(String owner, AddressRange range) {}

  RamPlan(GuestMemory memory) {
    this.ram = new AddressRange(memory.base(), memory.base() + memory.sizeBytes());
  }

  AddressRange ram() {
    return ram;
  }

  /**
   * Takes a range.
   *
   * @param owner what it is for, as a noun without its article
   * @param sizeBytes not negative
   */
  AddressRange take(String owner, long start, long sizeBytes) throws IOException {
    if (sizeBytes > ram.sizeBytes() || start < ram.start() || start > ram.end() - sizeBytes) {
      throw new IOException(
          "The %s needs %d bytes at 0x%x, which is not within the RAM from %s."
              .formatted(owner, sizeBytes, start, ram));
    }
    AddressRange range = new AddressRange(start, start + sizeBytes);
    for (Taken other : taken) {
      if (other.range.overlaps(range)) {
        throw new IOException(
            "The %s needs the addresses %s, but the %s takes %s; give the machine more memory."
                .formatted(owner, range, other.owner, other.range));
      }
    }
    taken.add(new Taken(owner, range));
    return range;
  }

  /** Whether a range is within RAM and not taken. */
  boolean isFree(long start, long sizeBytes) {
    AddressRange range = new AddressRange(start, start + sizeBytes);
    return start >= ram.start()
        && start <= ram.end() - sizeBytes
        && taken.stream().noneMatch(other -> other.range.overlaps(range));
  }
}
