package org.xenoserver.vmm.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What two processors made of the same program. */
final class Comparison {
  private static final int FIRST_RESULT = Arena.TRAP + Arena.COUNT;

  /** As much as one trap notes. */
  private static final int NEAR_BYTES = Arena.LOG_ENTRY_BYTES;

  private Comparison() {}

  /** The first difference in words, and what follows it close by; null if there is none. */
  static @Nullable String difference(String oneName, byte[] one, String otherName, byte[] other) {
    int at = firstDifference(one, other);
    if (at < 0) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    for (int offset = at; offset < at + NEAR_BYTES && offset < Arena.SIZE_BYTES; offset += 8) {
      if (word(one, offset) != word(other, offset)) {
        out.append(out.isEmpty() ? "" : ", ")
            .append(Arena.describe(offset))
            .append(" is 0x%x for %s".formatted(word(one, offset), oneName))
            .append(" and 0x%x for %s".formatted(word(other, offset), otherName));
      }
    }
    return out.toString();
  }

  /** Registers and traps are told of before memory: they say more. */
  private static int firstDifference(byte[] one, byte[] other) {
    int log = mismatch(one, other, Arena.TRAP + Arena.LOG, Arena.TRAP + 0x1000);
    if (log >= 0) {
      return log;
    }
    int after = mismatch(one, other, FIRST_RESULT, Arena.SIZE_BYTES);
    return after >= 0 ? after : mismatch(one, other, 0, Arena.TRAP);
  }

  private static int mismatch(byte[] one, byte[] other, int from, int to) {
    int at = Arrays.mismatch(one, from, to, other, from, to);
    return at < 0 ? -1 : (from + at) & ~7;
  }

  private static long word(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }
}
