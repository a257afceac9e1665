package org.xenoserver.clustermanager.placement;

import java.util.Arrays;

/** A number for each index of 0 or more; those that are 0 take no room. Linear probing. */
final class SparseLongs {
  private static final int VACANT = -1;

  /** Indexes, each with its number beside it. */
  private long[] slots = new long[16];

  private int size;

  SparseLongs() {
    Arrays.fill(slots, VACANT);
  }

  /** How many are not 0. */
  int size() {
    return size;
  }

  long at(int index) {
    int slot = find(index);
    return slots[slot] == index ? slots[slot + 1] : 0;
  }

  void set(int index, long value) {
    int slot = find(index);
    if (slots[slot] == index) {
      slots[slot + 1] = value;
      if (value == 0) {
        vacate(slot);
      }
    } else if (value != 0) {
      slots[slot] = index;
      slots[slot + 1] = value;
      size++;
      if (size * 4 > slots.length) {
        grow();
      }
    }
  }

  /** Adds to a number; to that of a negative index, which stands for no place, nothing is added. */
  void add(int index, int change) {
    if (index >= 0) {
      set(index, at(index) + change);
    }
  }

  /** The indexes of what is not 0, in no order. */
  int[] indexes() {
    int[] found = new int[size];
    int next = 0;
    for (int slot = 0; slot < slots.length; slot += 2) {
      if (slots[slot] != VACANT) {
        found[next++] = (int) slots[slot];
      }
    }
    return found;
  }

  /** Where an index is, or would be put. */
  private int find(int index) {
    int mask = slots.length - 1;
    int slot = home(index);
    while (slots[slot] != index && slots[slot] != VACANT) {
      slot = (slot + 2) & mask;
    }
    return slot;
  }

  private int home(long index) {
    int hash = (int) index * 0x9E3779B9;
    return hash >>> (Integer.numberOfLeadingZeros(slots.length) + 2) << 1;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    Arrays.fill(slots, VACANT);
    size = 0;
    for (int slot = 0; slot < old.length; slot += 2) {
      if (old[slot] != VACANT) {
        set((int) old[slot], old[slot + 1]);
      }
    }
  }

  /** Empties a slot and moves up those behind it that it kept from their own. */
  private void vacate(int slot) {
    int mask = slots.length - 1;
    int hole = slot;
    size--;
    for (int i = (hole + 2) & mask; slots[i] != VACANT; i = (i + 2) & mask) {
      if (((i - home(slots[i])) & mask) >= ((i - hole) & mask)) {
        slots[hole] = slots[i];
        slots[hole + 1] = slots[i + 1];
        hole = i;
      }
    }
    slots[hole] = VACANT;
  }
}
