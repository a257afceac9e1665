package org.xenoserver.vmm.board;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.machine.Machine.DiskCounters;
import org.xenoserver.vmm.virtio.block.BlockCounters;
import org.xenoserver.vmm.virtio.block.BlockDevice;
import org.xenoserver.vmm.virtio.block.DiskUser;

/** The disks of one machine, opened together or not at all. */
final class Disks implements AutoCloseable {
  private final List<BlockDevice> devices = new ArrayList<>();

  private Disks() {}

  /**
   * Opens the images.
   *
   * @param user makes for each disk who uses it
   * @throws IOException if one cannot be used, with one sentence that names it; none stays open
   */
  @SuppressWarnings("MustBeClosedChecker") // The machine owns them.
  static Disks open(List<DiskSpec> specs, Supplier<DiskUser> user) throws IOException {
    Disks disks = new Disks();
    try {
      for (DiskSpec spec : specs) {
        String serial = "xeno-disk-" + disks.devices.size();
        disks.devices.add(new BlockDevice(spec, user.get(), serial));
      }
      return disks;
    } catch (IOException | RuntimeException e) {
      disks.close();
      throw e;
    }
  }

  /** In the order of the specification. */
  List<BlockDevice> devices() {
    return devices;
  }

  DiskCounters counters() {
    return new DiskCounters(
        sum(BlockCounters::readOperations),
        sum(BlockCounters::readBytes),
        sum(BlockCounters::writeOperations),
        sum(BlockCounters::writeBytes),
        sum(BlockCounters::flushOperations));
  }

  private long sum(ToLongFunction<BlockCounters> figure) {
    return devices.stream().map(BlockDevice::counters).mapToLong(figure).sum();
  }

  @Override
  public void close() {
    devices.forEach(BlockDevice::close);
  }
}
