package org.xenoserver.vmm.io;

/** A bounded first-in first-out queue of bytes typed to a guest. Its owner guards it. */
public final class ByteRing {
  private final byte[] bytes;
  private int first;
  private int size;

  /** Makes an empty queue. */
  public ByteRing(int capacityBytes) {
    this.bytes = new byte[capacityBytes];
  }

  /** Bytes in the queue. */
  public int size() {
    return size;
  }

  /** Bytes that would still fit. */
  public int free() {
    return bytes.length - size;
  }

  /** Appends as many bytes as fit and returns how many that were. */
  public int put(byte[] from, int offset, int length) {
    int taken = Math.min(length, free());
    int start = (first + size) % bytes.length;
    int untilEnd = Math.min(taken, bytes.length - start);
    System.arraycopy(from, offset, bytes, start, untilEnd);
    System.arraycopy(from, offset + untilEnd, bytes, 0, taken - untilEnd);
    size += taken;
    return taken;
  }

  /** Appends a byte; false if there is no room. */
  public boolean put(byte value) {
    if (size == bytes.length) {
      return false;
    }
    bytes[(first + size) % bytes.length] = value;
    size++;
    return true;
  }

  /** Removes the oldest byte, 0 to 255; -1 if there is none. */
  public int take() {
    if (size == 0) {
      return -1;
    }
    int value = bytes[first] & 0xff;
    drop(1);
    return value;
  }

  /** Removes the oldest bytes, at most so many, and returns them. */
  public byte[] take(int atMost) {
    byte[] taken = new byte[Math.min(atMost, size)];
    int untilEnd = Math.min(taken.length, bytes.length - first);
    System.arraycopy(bytes, first, taken, 0, untilEnd);
    System.arraycopy(bytes, 0, taken, untilEnd, taken.length - untilEnd);
    drop(taken.length);
    return taken;
  }

  /** Removes everything. */
  public void clear() {
    drop(size);
  }

  private void drop(int count) {
    first = (first + count) % bytes.length;
    size -= count;
  }
}
