package org.xenoserver.vmm.memory;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/**
 * Loads, stores and atomics at absolute addresses of this process: the bottom of every guest memory
 * access and the only class that knows how it is done.
 *
 * <p>The addresses are trusted: callers have checked them against a live mapping ({@link
 * GuestMemory}) or a translation made from one. {@code sun.misc.Unsafe} rather than {@code
 * MemorySegment} because interpreter and client-compiled code run it as one machine instruction,
 * which decides how fast a guest boots.
 */
@SuppressWarnings({"removal", "sunapi"})
public final class RawMemory {
  /** For code that is generated; all other uses the methods below. */
  public static final Unsafe UNSAFE = unsafe();

  /** Bytes from an array of longs to its first element. */
  public static final long LONG_ARRAY_BASE = Unsafe.ARRAY_LONG_BASE_OFFSET;

  private RawMemory() {}

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Allocates memory outside the heap, not zeroed; freed by {@link #free}. */
  public static long allocate(long sizeBytes) {
    return UNSAFE.allocateMemory(sizeBytes);
  }

  /** Frees what {@link #allocate} gave. */
  public static void free(long address) {
    UNSAFE.freeMemory(address);
  }

  /** Sets every byte of a range. */
  public static void fill(long address, long sizeBytes, byte value) {
    UNSAFE.setMemory(address, sizeBytes, value);
  }

  /** Copies out to an array. */
  public static void copyOut(long address, byte[] to, int offset, int length) {
    UNSAFE.copyMemory(null, address, to, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, length);
  }

  /** Copies in from an array. */
  public static void copyIn(long address, byte[] from, int offset, int length) {
    UNSAFE.copyMemory(from, Unsafe.ARRAY_BYTE_BASE_OFFSET + offset, null, address, length);
  }

  public static byte getByte(long address) {
    return UNSAFE.getByte(address);
  }

  public static short getShort(long address) {
    return UNSAFE.getShort(address);
  }

  public static int getInt(long address) {
    return UNSAFE.getInt(address);
  }

  public static long getLong(long address) {
    return UNSAFE.getLong(address);
  }

  public static void putByte(long address, byte value) {
    UNSAFE.putByte(address, value);
  }

  public static void putShort(long address, short value) {
    UNSAFE.putShort(address, value);
  }

  public static void putInt(long address, int value) {
    UNSAFE.putInt(address, value);
  }

  public static void putLong(long address, long value) {
    UNSAFE.putLong(address, value);
  }

  /** Sequentially consistent compare-and-set of an aligned word. */
  public static boolean compareAndSetInt(long address, int expected, int value) {
    return UNSAFE.compareAndSwapInt(null, address, expected, value);
  }

  /** Sequentially consistent compare-and-set of an aligned doubleword. */
  public static boolean compareAndSetLong(long address, long expected, long value) {
    return UNSAFE.compareAndSwapLong(null, address, expected, value);
  }

  /** Sequentially consistent fetch-and-add of an aligned word. */
  public static int getAndAddInt(long address, int delta) {
    return UNSAFE.getAndAddInt(null, address, delta);
  }

  /** Sequentially consistent fetch-and-add of an aligned doubleword. */
  public static long getAndAddLong(long address, long delta) {
    return UNSAFE.getAndAddLong(null, address, delta);
  }

  /** Sequentially consistent exchange of an aligned word. */
  public static int getAndSetInt(long address, int value) {
    return UNSAFE.getAndSetInt(null, address, value);
  }

  /** Sequentially consistent exchange of an aligned doubleword. */
  public static long getAndSetLong(long address, long value) {
    return UNSAFE.getAndSetLong(null, address, value);
  }

  /** Volatile load of an aligned half word, for rings shared with another thread. */
  public static short getShortVolatile(long address) {
    return UNSAFE.getShortVolatile(null, address);
  }

  /** Volatile store of an aligned half word, for rings shared with another thread. */
  public static void putShortVolatile(long address, short value) {
    UNSAFE.putShortVolatile(null, address, value);
  }

  /** Where a field is in its objects. */
  public static long fieldOffset(Field field) {
    return UNSAFE.objectFieldOffset(field);
  }

  /** Loads from a place of an object that {@link #fieldOffset} told. */
  public static long getLong(Object object, long offset) {
    return UNSAFE.getLong(object, offset);
  }

  /** Stores to a place of an object that {@link #fieldOffset} told. */
  public static void putLong(Object object, long offset, long value) {
    UNSAFE.putLong(object, offset, value);
  }

  /** An object whose constructor did not run and whose fields are zero. */
  public static Object instantiate(Class<?> type) {
    try {
      return UNSAFE.allocateInstance(type);
    } catch (InstantiationException e) {
      throw new IllegalArgumentException(type + " cannot be instantiated", e);
    }
  }

  /** No load or store moves across, in either direction. */
  public static void fullFence() {
    UNSAFE.fullFence();
  }
}
