package org.xenoserver.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.memory.RawMemory;

/** A driver as a guest has it: stores to registers, lays out rings and buffers in its RAM. */
public final class GuestDriver {
  public static final int STATUS = 0x070;
  public static final int INTERRUPT_STATUS = 0x060;
  public static final int INTERRUPT_ACKNOWLEDGE = 0x064;
  public static final int QUEUE_READY = 0x044;
  public static final int NEEDS_RESET = 0x40;
  private static final int DRIVER_STATUS = 3;
  private static final int FEATURES_OK = 8;
  private static final int DRIVER_OK = 4;

  /** A buffer of a request. */
  public record Buffer(long address, int length, boolean writable) {}

  private final GuestMemory memory;
  private final VirtioMmio device;
  private long free;

  public GuestDriver(GuestMemory memory, VirtioMmio device) {
    this.memory = memory;
    this.device = device;
    this.free = memory.base();
  }

  public int get(int register) {
    return (int) device.read(register, 4);
  }

  public void set(int register, int value) {
    device.write(register, 4, Integer.toUnsignedLong(value));
  }

  public long offeredFeatures() {
    set(0x014, 0);
    long low = Integer.toUnsignedLong(get(0x010));
    set(0x014, 1);
    return low | (long) get(0x010) << 32;
  }

  /** Negotiates up to FEATURES_OK and returns whether the device agreed. */
  public boolean negotiate(long features) {
    set(STATUS, 0);
    set(STATUS, DRIVER_STATUS);
    set(0x024, 0);
    set(0x020, (int) features);
    set(0x024, 1);
    set(0x020, (int) (features >>> 32));
    set(STATUS, DRIVER_STATUS | FEATURES_OK);
    return (get(STATUS) & FEATURES_OK) != 0;
  }

  public void start() {
    set(STATUS, DRIVER_STATUS | FEATURES_OK | DRIVER_OK);
    assertThat(get(STATUS)).isEqualTo(DRIVER_STATUS | FEATURES_OK | DRIVER_OK);
  }

  public boolean needsReset() {
    return (get(STATUS) & NEEDS_RESET) != 0;
  }

  /** Takes zeroed RAM. */
  public long allocate(int lengthBytes) {
    long address = free + 15 & ~15L;
    free = address + lengthBytes;
    memory.write(address, new byte[lengthBytes], 0, lengthBytes);
    return address;
  }

  public Buffer readable(byte[] bytes) {
    long address = allocate(bytes.length);
    memory.write(address, bytes, 0, bytes.length);
    return new Buffer(address, bytes.length, false);
  }

  public Buffer writable(int length) {
    return new Buffer(allocate(length), length, true);
  }

  public byte[] bytes(Buffer buffer) {
    byte[] bytes = new byte[buffer.length()];
    memory.read(buffer.address(), bytes, 0, bytes.length);
    return bytes;
  }

  /** Sets a queue up and makes it ready. */
  public Ring ring(int index, int size) {
    Ring ring = new Ring(index, size);
    setUp(index, size, ring.descriptors, ring.available, ring.used);
    return ring;
  }

  public void setUp(int index, int size, long descriptors, long available, long used) {
    set(0x030, index);
    set(0x038, size);
    set(0x080, (int) descriptors);
    set(0x084, (int) (descriptors >>> 32));
    set(0x090, (int) available);
    set(0x094, (int) (available >>> 32));
    set(0x0a0, (int) used);
    set(0x0a4, (int) (used >>> 32));
    set(QUEUE_READY, 1);
  }

  /** The driver's side of a split virtqueue; descriptors are handed out in turn. */
  public final class Ring {
    public final long descriptors;
    public final long available;
    public final long used;
    private final int index;
    private final int size;
    private int nextDescriptor;
    private int nextAvailable;
    private int seen;

    Ring(int index, int size) {
      this.index = index;
      this.size = size;
      this.descriptors = allocate(16 * size);
      this.available = allocate(6 + 2 * size);
      this.used = allocate(6 + 8 * size);
    }

    public void descriptor(int slot, long address, int length, int flags, int next) {
      descriptor(descriptors, slot, address, length, flags, next);
    }

    public void descriptor(long table, int slot, long address, int length, int flags, int next) {
      memory.putLong(table + 16L * slot, address);
      memory.putInt(table + 16L * slot + 8, length);
      memory.putShort(table + 16L * slot + 12, (short) flags);
      memory.putShort(table + 16L * slot + 14, (short) next);
    }

    /** Makes a chain available without telling the device; returns its head. */
    public int add(Buffer... buffers) {
      int head = nextDescriptor;
      for (int i = 0; i < buffers.length; i++) {
        int slot = nextDescriptor;
        nextDescriptor = (nextDescriptor + 1) % size;
        boolean last = i == buffers.length - 1;
        int flags = (buffers[i].writable() ? 2 : 0) | (last ? 0 : 1);
        descriptor(slot, buffers[i].address(), buffers[i].length(), flags, nextDescriptor);
      }
      publish(head);
      return head;
    }

    /** The same through an indirect table. */
    public int addIndirect(Buffer... buffers) {
      long table = allocate(16 * buffers.length);
      for (int i = 0; i < buffers.length; i++) {
        int flags = (buffers[i].writable() ? 2 : 0) | (i == buffers.length - 1 ? 0 : 1);
        descriptor(table, i, buffers[i].address(), buffers[i].length(), flags, i + 1);
      }
      int head = nextDescriptor;
      nextDescriptor = (nextDescriptor + 1) % size;
      descriptor(head, table, 16 * buffers.length, 4, 0);
      publish(head);
      return head;
    }

    public void publish(int head) {
      memory.putShort(available + 4 + 2L * (nextAvailable % size), (short) head);
      nextAvailable++;
      setAvailableIndex(nextAvailable);
    }

    public void setAvailableIndex(int index) {
      RawMemory.putShortVolatile(memory.hostAddress(available + 2), (short) index);
    }

    public void setNoInterrupt(boolean suppressed) {
      memory.putShort(available, (short) (suppressed ? 1 : 0));
    }

    public void setUsedEvent(int index) {
      memory.putShort(available + 4 + 2L * size, (short) index);
    }

    public int availableEvent() {
      return Short.toUnsignedInt(memory.getShort(used + 4 + 8L * size));
    }

    public void notifyDevice() {
      set(0x050, index);
    }

    public int usedIndex() {
      return Short.toUnsignedInt(RawMemory.getShortVolatile(memory.hostAddress(used + 2)));
    }

    /** Notifies the device, waits for so many more used chains, and returns their lengths. */
    public List<Integer> awaitUsed(int count) {
      notifyDevice();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> (usedIndex() - seen & 0xffff) >= count);
      List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        lengths.add(memory.getInt(used + 4 + 8L * (seen % size) + 4));
        seen++;
      }
      return lengths;
    }
  }
}
