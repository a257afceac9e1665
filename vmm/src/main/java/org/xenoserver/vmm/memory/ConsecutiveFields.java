package org.xenoserver.vmm.memory;

/**
 * Fields of a class that lie one beside the other, so that one is found by its number.
 *
 * @param first where the first is in an object
 * @param bytes from one to the next
 */
public record ConsecutiveFields(long first, long bytes) {
  /**
   * Finds two fields or more.
   *
   * @param prefix what their names have before the number; the first has number 0
   * @throws IllegalStateException if the class has not so many, or the JVM does not keep them so
   */
  public static ConsecutiveFields of(Class<?> type, String prefix, int count) {
    long first = offset(type, prefix + 0);
    long bytes = offset(type, prefix + 1) - first;
    for (int number = 2; number < count; number++) {
      if (offset(type, prefix + number) != first + number * bytes) {
        throw new IllegalStateException(
            "The JVM does not keep the fields of %s in their order.".formatted(type.getName()));
      }
    }
    return new ConsecutiveFields(first, bytes);
  }

  private static long offset(Class<?> type, String name) {
    try {
      return RawMemory.fieldOffset(type.getDeclaredField(name));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }
}
