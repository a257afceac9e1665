package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.virtio.DescriptorChain;
import org.xenoserver.vmm.virtio.RingException;
import org.xenoserver.vmm.virtio.VirtQueue;

/** Carries out the requests of the disk's one queue, in order (section 5.2.6). */
final class BlockQueue {
  private static final Logger LOG = LoggerFactory.getLogger(BlockQueue.class);

  private static final int HEADER_BYTES = 16;
  private static final int ID_BYTES = 20;
  private static final int BATCH = 32;

  private static final int TYPE_IN = 0;
  private static final int TYPE_OUT = 1;
  private static final int TYPE_FLUSH = 4;
  private static final int TYPE_GET_ID = 8;

  private static final byte STATUS_OK = 0;
  private static final byte STATUS_IO_ERROR = 1;
  private static final byte STATUS_UNSUPPORTED = 2;

  private static final ValueLayout.OfInt LE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final RawImage image;
  private final byte[] id;
  private final BlockCounters counters;
  private volatile boolean writeThrough;

  BlockQueue(RawImage image, String serial, BlockCounters counters) {
    this.image = image;
    this.id = Arrays.copyOf(serial.getBytes(StandardCharsets.US_ASCII), ID_BYTES);
    this.counters = counters;
  }

  /** Whether every write is to be on the disk before it completes (section 5.2.6.2). */
  void setWriteThrough(boolean writeThrough) {
    this.writeThrough = writeThrough;
  }

  /** Returns whether there may be more requests. */
  boolean serve(VirtQueue queue, MemorySegment scratch) throws RingException {
    for (int i = 0; i < BATCH; i++) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        return false;
      }
      serve(queue, chain, scratch);
    }
    return true;
  }

  private void serve(VirtQueue queue, DescriptorChain chain, MemorySegment scratch)
      throws RingException {
    if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
      throw RingException.malformed("a block request has no header or no room for its status");
    }
    MemorySegment header = scratch.asSlice(0, HEADER_BYTES);
    chain.copyFromGuest(0, header);
    int type = header.get(LE_INT, 0);
    long sector = header.get(LE_LONG, 8);
    long dataBytes = type == TYPE_IN || type == TYPE_GET_ID ? chain.writableBytes() - 1 : 0;
    byte status;
    try {
      status =
          switch (type) {
            case TYPE_IN -> read(chain, sector, dataBytes, scratch);
            case TYPE_OUT -> write(chain, sector, scratch);
            case TYPE_FLUSH -> flush();
            case TYPE_GET_ID -> identify(chain, dataBytes);
            default -> STATUS_UNSUPPORTED;
          };
    } catch (IOException e) {
      LOG.warn("disk request type {} at sector {} failed", type, sector, e);
      status = STATUS_IO_ERROR;
    }
    chain.copyToGuest(chain.writableBytes() - 1, MemorySegment.ofArray(new byte[] {status}));
    queue.complete(chain, status == STATUS_OK ? dataBytes + 1 : 1);
  }

  private byte read(DescriptorChain chain, long sector, long dataBytes, MemorySegment scratch)
      throws IOException, RingException {
    if (!image.contains(sector, dataBytes)) {
      return STATUS_IO_ERROR;
    }
    for (long done = 0; done < dataBytes; done += scratch.byteSize()) {
      MemorySegment part = scratch.asSlice(0, Math.min(scratch.byteSize(), dataBytes - done));
      image.read(part.asByteBuffer(), sector * RawImage.SECTOR_BYTES + done);
      chain.copyToGuest(done, part);
    }
    counters.read(dataBytes);
    return STATUS_OK;
  }

  private byte write(DescriptorChain chain, long sector, MemorySegment scratch)
      throws IOException, RingException {
    long dataBytes = chain.readableBytes() - HEADER_BYTES;
    if (image.isReadOnly() || !image.contains(sector, dataBytes)) {
      return STATUS_IO_ERROR;
    }
    for (long done = 0; done < dataBytes; done += scratch.byteSize()) {
      MemorySegment part = scratch.asSlice(0, Math.min(scratch.byteSize(), dataBytes - done));
      chain.copyFromGuest(HEADER_BYTES + done, part);
      image.write(part.asByteBuffer(), sector * RawImage.SECTOR_BYTES + done);
    }
    if (writeThrough) {
      image.flush();
    }
    counters.wrote(dataBytes);
    return STATUS_OK;
  }

  private byte flush() throws IOException {
    if (!image.isReadOnly()) {
      image.flush();
    }
    counters.flushed();
    return STATUS_OK;
  }

  private byte identify(DescriptorChain chain, long roomBytes) throws RingException {
    int length = (int) Math.min(roomBytes, ID_BYTES);
    chain.copyToGuest(0, MemorySegment.ofArray(id).asSlice(0, length));
    return STATUS_OK;
  }
}
