package org.xenoserver.clustermanager.placement;

import java.util.Arrays;

/** Which host comes before and after which in the lists of grids; every host is in one of each. */
final class HostLinks {
  /** No host. */
  static final int NONE = -1;

  /** Of each host the next and the previous, beside each other. */
  private int[] links = new int[32];

  int next(int id) {
    return links[2 * id];
  }

  /** Puts a host before the first of a list. */
  void push(int id, int first) {
    if (2 * id >= links.length) {
      links = Arrays.copyOf(links, Math.max(2 * id + 2, links.length * 2));
    }
    links[2 * id] = first;
    links[2 * id + 1] = NONE;
    if (first != NONE) {
      links[2 * first + 1] = id;
    }
  }

  /**
   * Takes a host out of its list.
   *
   * @return whether it was the first, so that the one after it is now
   */
  boolean takeOut(int id) {
    int after = links[2 * id];
    int before = links[2 * id + 1];
    if (after != NONE) {
      links[2 * after + 1] = before;
    }
    if (before == NONE) {
      return true;
    }
    links[2 * before] = after;
    return false;
  }
}
