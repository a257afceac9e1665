package org.xenoserver.vmm.virtio;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.memory.RawMemory;

/**
 * A split virtqueue, seen from the device (section 2.7), with indirect descriptors and the event
 * index.
 *
 * <p>Used from the data-plane thread; the transport sets it up and resets it from processor
 * threads, which the transport's lock keeps apart. A reset begins a new epoch, and whatever was
 * taken from the queue before it can neither read nor write guest memory any more.
 */
public final class VirtQueue {
  /** The longest queue a driver may ask for, and the longest chain with an indirect table. */
  public static final int MAX_SIZE = 256;

  /** The most bytes one chain may span, so that no guest keeps the shared thread for long. */
  public static final long MAX_CHAIN_BYTES = 256L << 20;

  private static final int DESCRIPTOR_BYTES = 16;
  private static final int DESCRIPTOR_NEXT = 1;
  private static final int DESCRIPTOR_WRITE = 2;
  private static final int DESCRIPTOR_INDIRECT = 4;
  private static final int DRIVER_NO_INTERRUPT = 1;

  private final GuestMemory memory;
  private final Runnable interrupt;

  /** The transport's; guards everything below. */
  private final ReentrantLock registersLock;

  private final long[] chainAddresses = new long[MAX_SIZE];
  private final long[] chainLengths = new long[MAX_SIZE];
  private boolean ready;
  private boolean running;
  private boolean eventIndex;
  private int epoch;
  private int size;
  private long descriptors;

  /** Host addresses of {@code avail} and {@code used}, checked when the queue became ready. */
  private long driverArea;

  private long deviceArea;
  private int nextAvailable;
  private int nextUsed;

  VirtQueue(GuestMemory memory, ReentrantLock registersLock, Runnable interrupt) {
    this.memory = memory;
    this.registersLock = registersLock;
    this.interrupt = interrupt;
  }

  /**
   * Takes the next chain the driver made available; null if there is none, or while the device is
   * held. Having found none, it has asked the driver to notify the device of the next.
   *
   * @throws RingException if the ring or the chain breaks a rule
   */
  public @Nullable DescriptorChain next() throws RingException {
    registersLock.lock();
    try {
      if (!ready || !running) {
        return null;
      }
      int available = availableIndex();
      if (available == nextAvailable) {
        askForNotification();
        available = availableIndex();
        if (available == nextAvailable) {
          return null;
        }
      }
      if ((available - nextAvailable & 0xffff) > size) {
        throw RingException.malformed(
            "available index %d is more than the queue size %d ahead of %d"
                .formatted(available, size, nextAvailable));
      }
      int slot = nextAvailable & size - 1;
      int head = Short.toUnsignedInt(RawMemory.getShort(driverArea + 4 + 2L * slot));
      nextAvailable = nextAvailable + 1 & 0xffff;
      return walk(head);
    } finally {
      registersLock.unlock();
    }
  }

  /**
   * Gives a chain back and interrupts the driver if it wants to know. Does nothing if the queue was
   * reset since the chain was taken.
   *
   * @param writtenBytes how much of its writable part was filled, from the start
   */
  public void complete(DescriptorChain chain, long writtenBytes) {
    registersLock.lock();
    try {
      if (!isCurrent(chain)) {
        return;
      }
      long element = deviceArea + 4 + 8L * (nextUsed & size - 1);
      RawMemory.putInt(element, chain.head());
      RawMemory.putInt(element + 4, (int) writtenBytes);
      int index = nextUsed;
      nextUsed = index + 1 & 0xffff;
      RawMemory.putShortVolatile(deviceArea + 2, (short) nextUsed);
      memory.changed();
      // The driver writes its wish and then reads the index; we do it the other way round.
      RawMemory.fullFence();
      if (wantsInterrupt(index)) {
        interrupt.run();
      }
    } finally {
      registersLock.unlock();
    }
  }

  boolean isReady() {
    return ready;
  }

  void start(QueueSetup setup) throws RingException {
    setup.check(memory);
    size = setup.size;
    descriptors = setup.descriptors;
    driverArea = memory.hostAddress(setup.driverArea);
    deviceArea = memory.hostAddress(setup.deviceArea);
    nextAvailable = 0;
    nextUsed = 0;
    epoch++;
    ready = true;
  }

  void stop() {
    epoch++;
    ready = false;
  }

  /** Whether the driver agreed to VIRTIO_F_EVENT_IDX. */
  void setEventIndex(boolean agreed) {
    eventIndex = agreed;
  }

  /** Whether chains may be taken. */
  void setRunning(boolean running) {
    this.running = running;
  }

  ReentrantLock registersLock() {
    return registersLock;
  }

  GuestMemory memory() {
    return memory;
  }

  boolean isCurrent(DescriptorChain chain) {
    return ready && chain.epoch() == epoch;
  }

  private int availableIndex() {
    return Short.toUnsignedInt(RawMemory.getShortVolatile(driverArea + 2));
  }

  private void askForNotification() {
    if (eventIndex) {
      RawMemory.putShortVolatile(deviceArea + 4 + 8L * size, (short) nextAvailable);
      memory.changed();
      RawMemory.fullFence();
    }
  }

  private boolean wantsInterrupt(int usedIndex) {
    if (eventIndex) {
      long usedEvent = driverArea + 4 + 2L * size;
      return Short.toUnsignedInt(RawMemory.getShortVolatile(usedEvent)) == usedIndex;
    }
    return (RawMemory.getShortVolatile(driverArea) & DRIVER_NO_INTERRUPT) == 0;
  }

  /** Reads each descriptor once, as the guest may change it at any moment. */
  private DescriptorChain walk(int head) throws RingException {
    long table = descriptors;
    long tableEntries = size;
    int stepsLeft = size;
    boolean indirect = false;
    int count = 0;
    int readable = 0;
    long totalBytes = 0;
    long index = head;
    while (true) {
      if (index >= tableEntries) {
        throw RingException.malformed(
            "descriptor %d is outside a table of %d".formatted(index, tableEntries));
      }
      if (stepsLeft-- == 0) {
        throw RingException.malformed("a descriptor chain loops or is longer than its queue");
      }
      long descriptor = table + DESCRIPTOR_BYTES * index;
      long address = memory.getLong(descriptor);
      long lengthBytes = Integer.toUnsignedLong(memory.getInt(descriptor + 8));
      int flags = Short.toUnsignedInt(memory.getShort(descriptor + 12));
      index = Short.toUnsignedInt(memory.getShort(descriptor + 14));
      if (!memory.contains(address, lengthBytes) && lengthBytes != 0) {
        throw RingException.malformed(
            "buffer 0x%x+%d is not in RAM".formatted(address, lengthBytes));
      }
      if ((flags & DESCRIPTOR_INDIRECT) != 0) {
        checkIndirect(indirect, flags, lengthBytes);
        indirect = true;
        table = address;
        tableEntries = lengthBytes / DESCRIPTOR_BYTES;
        stepsLeft = MAX_SIZE - count;
        index = 0;
        continue;
      }
      boolean writable = (flags & DESCRIPTOR_WRITE) != 0;
      if (!writable && readable < count) {
        throw RingException.malformed("a readable buffer follows a writable one");
      }
      totalBytes += lengthBytes;
      if (totalBytes > MAX_CHAIN_BYTES) {
        throw RingException.malformed(
            "a descriptor chain spans more than %d bytes".formatted(MAX_CHAIN_BYTES));
      }
      chainAddresses[count] = address;
      chainLengths[count] = lengthBytes;
      count++;
      if (!writable) {
        readable = count;
      }
      if ((flags & DESCRIPTOR_NEXT) == 0) {
        return DescriptorChain.of(this, epoch, head, chainAddresses, chainLengths, readable, count);
      }
    }
  }

  private static void checkIndirect(boolean already, int flags, long lengthBytes)
      throws RingException {
    if (already) {
      throw RingException.malformed("an indirect table refers to an indirect table");
    }
    if ((flags & DESCRIPTOR_NEXT) != 0) {
      throw RingException.malformed("a descriptor follows an indirect one");
    }
    if (lengthBytes == 0 || lengthBytes % DESCRIPTOR_BYTES != 0) {
      throw RingException.malformed(
          "an indirect table of %d bytes is empty or no multiple of %d"
              .formatted(lengthBytes, DESCRIPTOR_BYTES));
    }
  }
}
