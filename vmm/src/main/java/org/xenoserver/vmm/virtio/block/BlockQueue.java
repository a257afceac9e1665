package org.xenoserver.vmm.virtio.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
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

  /** Of ours: the request has no status yet. */
  private static final byte NOT_YET = -1;

  private static final ValueLayout.OfInt LE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GuardedImage guarded;
  private final RawImage image;
  private final byte[] id;
  private final BlockCounters counters;
  private volatile boolean writeThrough;

  /** Begun and not completed: it waits for leave to write. */
  private @Nullable Request waiting;

  BlockQueue(GuardedImage guarded, String serial, BlockCounters counters) {
    this.guarded = guarded;
    this.image = guarded.image();
    this.id = Arrays.copyOf(serial.getBytes(StandardCharsets.US_ASCII), ID_BYTES);
    this.counters = counters;
  }

  /** Whether every write is to be on the disk before it completes (section 5.2.6.2). */
  void setWriteThrough(boolean writeThrough) {
    this.writeThrough = writeThrough;
  }

  /** Returns whether there may be more requests that need not wait. */
  boolean serve(VirtQueue queue, MemorySegment scratch) throws RingException {
    if (!resume(queue, scratch)) {
      return false;
    }
    for (int i = 0; i < BATCH; i++) {
      if (!guarded.mayBegin()) {
        return false;
      }
      DescriptorChain chain = queue.next();
      if (chain == null) {
        return false;
      }
      Request request = begin(chain, scratch);
      if (!goOn(queue, request, scratch)) {
        waiting = request;
        return false;
      }
    }
    return true;
  }

  /** Returns whether nothing waits any more. */
  private boolean resume(VirtQueue queue, MemorySegment scratch) {
    Request request = waiting;
    if (request == null) {
      return true;
    }
    try {
      if (!goOn(queue, request, scratch)) {
        return false;
      }
    } catch (RingException e) {
      // The guest reset the device meanwhile, so that nobody waits for this any more.
      LOG.debug("a disk request that waited was given up: {}", e.getMessage());
    }
    waiting = null;
    return true;
  }

  private static Request begin(DescriptorChain chain, MemorySegment scratch) throws RingException {
    if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
      throw RingException.malformed("a block request has no header or no room for its status");
    }
    MemorySegment header = scratch.asSlice(0, HEADER_BYTES);
    chain.copyFromGuest(0, header);
    return new Request(chain, header.get(LE_INT, 0), header.get(LE_LONG, 8));
  }

  /** Returns whether the request is complete; if not, it waits for leave to write. */
  private boolean goOn(VirtQueue queue, Request request, MemorySegment scratch)
      throws RingException {
    DescriptorChain chain = request.chain;
    long dataBytes = request.isRead() ? chain.writableBytes() - 1 : 0;
    byte status;
    try {
      status =
          switch (request.type) {
            case TYPE_IN -> read(chain, request.sector, dataBytes, scratch);
            case TYPE_OUT -> write(request, scratch);
            case TYPE_FLUSH -> flush();
            case TYPE_GET_ID -> identify(chain, dataBytes);
            default -> STATUS_UNSUPPORTED;
          };
    } catch (IOException e) {
      LOG.warn("disk request type {} at sector {} failed", request.type, request.sector, e);
      status = STATUS_IO_ERROR;
    }
    if (status == NOT_YET) {
      return false;
    }
    chain.copyToGuest(chain.writableBytes() - 1, MemorySegment.ofArray(new byte[] {status}));
    queue.complete(chain, status == STATUS_OK ? dataBytes + 1 : 1);
    return true;
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

  private byte write(Request request, MemorySegment scratch) throws IOException, RingException {
    DescriptorChain chain = request.chain;
    long dataBytes = chain.readableBytes() - HEADER_BYTES;
    if (image.isReadOnly() || !image.contains(request.sector, dataBytes)) {
      return STATUS_IO_ERROR;
    }
    while (request.doneBytes < dataBytes) {
      long done = request.doneBytes;
      MemorySegment part = scratch.asSlice(0, Math.min(scratch.byteSize(), dataBytes - done));
      chain.copyFromGuest(HEADER_BYTES + done, part);
      long position = request.sector * RawImage.SECTOR_BYTES + done;
      if (!guarded.write(part.asByteBuffer(), position)) {
        return NOT_YET;
      }
      request.doneBytes += part.byteSize();
    }
    if (writeThrough && !guarded.flush()) {
      return NOT_YET;
    }
    counters.wrote(dataBytes);
    return STATUS_OK;
  }

  private byte flush() throws IOException {
    if (!image.isReadOnly() && !guarded.flush()) {
      return NOT_YET;
    }
    counters.flushed();
    return STATUS_OK;
  }

  private byte identify(DescriptorChain chain, long roomBytes) throws RingException {
    int length = (int) Math.min(roomBytes, ID_BYTES);
    chain.copyToGuest(0, MemorySegment.ofArray(id).asSlice(0, length));
    return STATUS_OK;
  }

  /** A request, and how much of it was written. */
  private static final class Request {
    final DescriptorChain chain;
    final int type;
    final long sector;
    long doneBytes;

    Request(DescriptorChain chain, int type, long sector) {
      this.chain = chain;
      this.type = type;
      this.sector = sector;
    }

    boolean isRead() {
      return type == TYPE_IN || type == TYPE_GET_ID;
    }
  }
}
