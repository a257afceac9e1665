package org.xenoserver.vmm.device;

/** A bounded first-in first-out queue of bytes. Its owner guards it. */
final class ByteRing {
  private final byte[] bytes;
  private int first;
  private int size;

  ByteRing(int capacityBytes) {
    this.bytes = new byte[capacityBytes];
  }

  int size() {
    return size;
  }

  /** Appends as many bytes as fit and returns how many that were. */
  int put(byte[] from, int offset, int length) {
    int taken = Math.min(length, bytes.length - size);
    int start = (first + size) % bytes.length;
    int untilEnd = Math.min(taken, bytes.length - start);
    System.arraycopy(from, offset, bytes, start, untilEnd);
    System.arraycopy(from, offset + untilEnd, bytes, 0, taken - untilEnd);
    size += taken;
    return taken;
  }

  /** Appends a byte; false if there is no room. */
  boolean put(byte value) {
    if (size == bytes.length) {
      return false;
    }
    bytes[(first + size) % bytes.length] = value;
    size++;
    return true;
  }

  /** Removes the oldest byte, 0 to 255; -1 if there is none. */
  int take() {
    if (size == 0) {
      return -1;
    }
    int value = bytes[first] & 0xff;
    first = (first + 1) % bytes.length;
    size--;
    return value;
  }

  void clear() {
    size = 0;
  }
}
