package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;
import org.xenoserver.vmm.virtio.VirtioDevice;

/**
 * The virtio block device: a disk whose sectors are a raw image's (section 5.2). A flush completes
 * when the host's disk has the data; for a driver that knows no flush, each write does. Requests
 * wait while the host has no permit to run domains.
 */
public final class BlockDevice implements VirtioDevice {
  private static final int ID = 2;

  private static final long FEATURE_SEGMENTS_MAX = 1 << 2;
  private static final long FEATURE_READ_ONLY = 1 << 5;
  private static final long FEATURE_BLOCK_SIZE = 1 << 6;
  private static final long FEATURE_FLUSH = 1 << 9;

  private static final int CONFIG_BYTES = 60;
  private static final int CONFIG_CAPACITY = 0;
  private static final int CONFIG_SEGMENTS_MAX = 12;
  private static final int CONFIG_BLOCK_SIZE = 20;

  private final BlockCounters counters = new BlockCounters();
  private final GuardedImage guarded;
  private final RawImage image;
  private final BlockQueue requests;

  /**
   * Opens the image.
   *
   * @param spec a raw image whose size is a multiple of 512 bytes
   * @param user who uses it
   * @param serial what the guest sees as the disk's serial number; the first 20 ASCII characters
   * @throws IOException with one sentence that names the file
   */
  public BlockDevice(DiskSpec spec, DiskUser user, String serial) throws IOException {
    this.guarded = GuardedImage.open(spec, user);
    this.image = guarded.image();
    this.requests = new BlockQueue(guarded, serial, counters);
  }

  /** What it has done. */
  public BlockCounters counters() {
    return counters;
  }

  @Override
  public int deviceId() {
    return ID;
  }

  @Override
  public long features() {
    long features = FEATURE_SEGMENTS_MAX | FEATURE_BLOCK_SIZE | FEATURE_FLUSH;
    return image.isReadOnly() ? features | FEATURE_READ_ONLY : features;
  }

  @Override
  public int queueCount() {
    return 1;
  }

  @Override
  public byte[] config() {
    ByteBuffer config = ByteBuffer.allocate(CONFIG_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    config.putLong(CONFIG_CAPACITY, image.sectors());
    // A request has a header and a status besides its data.
    config.putInt(CONFIG_SEGMENTS_MAX, VirtQueue.MAX_SIZE - 2);
    config.putInt(CONFIG_BLOCK_SIZE, RawImage.SECTOR_BYTES);
    return config.array();
  }

  @Override
  public void attach(Runnable wake) {
    guarded.onWake(wake);
  }

  @Override
  public void driverReady(long features) {
    requests.setWriteThrough((features & FEATURE_FLUSH) == 0);
  }

  @Override
  public boolean service(List<VirtQueue> queues, MemorySegment scratch) throws RingException {
    return requests.serve(queues.get(0), scratch);
  }

  @Override
  public void reset() {}

  @Override
  public void close() {
    try {
      guarded.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
