package org.xenoserver.clustermanager.placement;

import java.util.Arrays;

/** Hosts by number, in no order. */
final class HostList {
  private int[] ids = new int[2];
  private int size;

  int size() {
    return size;
  }

  int at(int index) {
    return ids[index];
  }

  /** Appends a host; its index is the size before. */
  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ids[size++] = id;
  }

  /**
   * Removes the host at an index, and puts the last one there.
   *
   * @return the host that is there now; -1 if none is
   */
  int removeAt(int index) {
    size--;
    if (index == size) {
      return -1;
    }
    ids[index] = ids[size];
    return ids[index];
  }
}
