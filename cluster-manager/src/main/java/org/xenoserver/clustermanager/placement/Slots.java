package org.xenoserver.clustermanager.placement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A sparse array of few items whose neighbours are found by looking at three words. */
final class Slots<T> {
  static final int LIMIT = 192;

  private long low;
  private long middle;
  private long high;
  private @Nullable Object[] items = new @Nullable Object[2];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  @SuppressWarnings("unchecked") // only put writes items, and only Ts
  @Nullable T get(int slot) {
    return (word(slot) & (1L << slot)) == 0 ? null : (T) items[rank(slot)];
  }

  /** The item of a slot that {@link #next} or {@link #previous} answered. */
  @SuppressWarnings({"unchecked", "NullAway"}) // as above; an occupied slot has an item
  T at(int slot) {
    return (T) items[rank(slot)];
  }

  /** Fills an empty slot. */
  void put(int slot, T item) {
    int rank = rank(slot);
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    System.arraycopy(items, rank, items, rank + 1, size - rank);
    items[rank] = item;
    size++;
    flip(slot);
  }

  /** Empties an occupied slot. */
  void clear(int slot) {
    int rank = rank(slot);
    size--;
    System.arraycopy(items, rank + 1, items, rank, size - rank);
    items[size] = null;
    flip(slot);
  }

  /** The first occupied slot from this one up; -1 if there is none. */
  int next(int from) {
    if (from < 64) {
      long word = low & (-1L << from);
      if (word != 0) {
        return Long.numberOfTrailingZeros(word);
      }
      from = 64;
    }
    if (from < 128) {
      long word = middle & (-1L << from);
      if (word != 0) {
        return 64 + Long.numberOfTrailingZeros(word);
      }
      from = 128;
    }
    if (from < LIMIT) {
      long word = high & (-1L << from);
      if (word != 0) {
        return 128 + Long.numberOfTrailingZeros(word);
      }
    }
    return -1;
  }

  /** The first occupied slot from this one down; -1 if there is none. */
  int previous(int from) {
    if (from >= 128) {
      long word = high & (-1L >>> (63 - (from & 63)));
      if (word != 0) {
        return 191 - Long.numberOfLeadingZeros(word);
      }
      from = 127;
    }
    if (from >= 64) {
      long word = middle & (-1L >>> (63 - (from & 63)));
      if (word != 0) {
        return 127 - Long.numberOfLeadingZeros(word);
      }
      from = 63;
    }
    if (from >= 0) {
      long word = low & (-1L >>> (63 - from));
      if (word != 0) {
        return 63 - Long.numberOfLeadingZeros(word);
      }
    }
    return -1;
  }

  private long word(int slot) {
    return slot < 64 ? low : slot < 128 ? middle : high;
  }

  private int rank(int slot) {
    int below = Long.bitCount(word(slot) & ((1L << slot) - 1));
    if (slot >= 64) {
      below += Long.bitCount(low);
    }
    if (slot >= 128) {
      below += Long.bitCount(middle);
    }
    return below;
  }

  private void flip(int slot) {
    long bit = 1L << slot;
    if (slot < 64) {
      low ^= bit;
    } else if (slot < 128) {
      middle ^= bit;
    } else {
      high ^= bit;
    }
  }
}
