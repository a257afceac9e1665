package org.xenoserver.vmm.memory;

/** Fields of a class that lie one beside the other, so that one is found by its number. */
public final class ConsecutiveFields {
  private ConsecutiveFields() {}

  /**
   * Where the first of some {@code long} fields is in an object; each of the others is 8 bytes
   * after the one before.
   *
   * @param prefix what their names have before the number; the first has number 0
   * @throws IllegalStateException if the class has not so many, or the JVM does not keep them so
   */
  public static long first(Class<?> type, String prefix, int count) {
    long first = offset(type, prefix + 0);
    for (int number = 1; number < count; number++) {
      if (offset(type, prefix + number) != first + number * (long) Long.BYTES) {
        throw new IllegalStateException(
            "The JVM does not keep the fields of %s in their order.".formatted(type.getName()));
      }
    }
    return first;
  }

  private static long offset(Class<?> type, String name) {
    try {
      return RawMemory.fieldOffset(type.getDeclaredField(name));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }
}
