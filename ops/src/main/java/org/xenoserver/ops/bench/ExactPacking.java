package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.xenoserver.clustermanager.placement.Resources;

/**
 * How few equal hosts can hold some domains: vector bin packing by branch and bound, up to a number
 * of steps, and a lower bound from volumes (the linear relaxation) and from domains too large to
 * share a host (Martello and Toth's L2, per resource).
 */
final class ExactPacking {
  private static final long STEPS = 2_000_000;
  private static final int RESOURCES = 3;

  private final long[] whole;
  private final long[][] items;

  /** What the items from each on take in all. */
  private final long[][] rest;

  private final List<long[]> open = new ArrayList<>();
  private int best;
  private long steps;

  /**
   * The answer.
   *
   * @param atLeast no packing uses fewer hosts
   * @param atMost some packing uses so many; equal to {@code atLeast} if the search ended
   */
  record Answer(int atLeast, int atMost) {
    boolean exact() {
      return atLeast == atMost;
    }
  }

  private ExactPacking(Resources host, List<Resources> domains) {
    whole = vector(host);
    items =
        domains.stream()
            .map(ExactPacking::vector)
            .sorted(
                Comparator.comparingDouble(this::share).reversed().thenComparing(Arrays::compare))
            .toArray(long[][]::new);
    rest = new long[items.length + 1][RESOURCES];
    for (int i = items.length - 1; i >= 0; i--) {
      for (int r = 0; r < RESOURCES; r++) {
        rest[i][r] = rest[i + 1][r] + items[i][r];
      }
    }
  }

  /** Packs domains that each fit on a host. */
  static Answer solve(Resources host, List<Resources> domains) {
    ExactPacking packing = new ExactPacking(host, domains);
    int bound = packing.bound();
    packing.best = packing.firstFit();
    if (packing.best > bound) {
      packing.branch(0, 0, bound);
    }
    boolean ended = packing.steps < STEPS;
    return new Answer(ended ? packing.best : bound, packing.best);
  }

  private static long[] vector(Resources resources) {
    return new long[] {resources.vcpus(), resources.memoryBytes(), resources.diskBytes()};
  }

  private double share(long[] item) {
    double share = 0;
    for (int r = 0; r < RESOURCES; r++) {
      share = Math.max(share, whole[r] == 0 ? 0 : (double) item[r] / whole[r]);
    }
    return share;
  }

  private int bound() {
    int bound = 0;
    for (int r = 0; r < RESOURCES; r++) {
      if (whole[r] > 0) {
        bound = Math.max(bound, (int) Math.ceilDiv(rest[0][r], whole[r]));
        for (long[] item : items) {
          if (item[r] * 2 <= whole[r]) {
            bound = Math.max(bound, bound(r, item[r]));
          }
        }
      }
    }
    return bound;
  }

  /** With domains below a threshold left out: the large ones, and the rest beside them. */
  private int bound(int r, long threshold) {
    int alone = 0;
    int half = 0;
    long halfRoom = 0;
    long small = 0;
    for (long[] item : items) {
      long size = item[r];
      if (size > whole[r] - threshold) {
        alone++;
      } else if (size * 2 > whole[r]) {
        half++;
        halfRoom += whole[r] - size;
      } else if (size >= threshold) {
        small += size;
      }
    }
    return alone + half + (int) Math.max(0, Math.ceilDiv(small - halfRoom, whole[r]));
  }

  private int firstFit() {
    List<long[]> hosts = new ArrayList<>();
    for (long[] item : items) {
      long[] free = hosts.stream().filter(host -> fits(item, host)).findFirst().orElse(null);
      if (free == null) {
        free = whole.clone();
        hosts.add(free);
      }
      move(item, free, -1);
    }
    return hosts.size();
  }

  private static boolean fits(long[] item, long[] free) {
    return item[0] <= free[0] && item[1] <= free[1] && item[2] <= free[2];
  }

  private static void move(long[] item, long[] free, int sign) {
    for (int r = 0; r < RESOURCES; r++) {
      free[r] += sign * item[r];
    }
  }

  /** Tries every host for an item; equal items go to hosts in order. */
  private void branch(int index, int firstHost, int bound) {
    if (index == items.length) {
      best = Math.min(best, open.size());
      return;
    }
    if (best == bound || steps++ >= STEPS || needed(index) >= best) {
      return;
    }
    long[] item = items[index];
    boolean equalNext = index + 1 < items.length && Arrays.equals(item, items[index + 1]);
    for (int h = firstHost; h < open.size(); h++) {
      long[] free = open.get(h);
      if (fits(item, free) && !hasTwin(free, firstHost, h)) {
        move(item, free, -1);
        branch(index + 1, equalNext ? h : 0, bound);
        move(item, free, 1);
      }
    }
    if (open.size() + 1 < best) {
      long[] free = whole.clone();
      open.add(free);
      move(item, free, -1);
      branch(index + 1, equalNext ? open.size() - 1 : 0, bound);
      open.removeLast();
    }
  }

  /** Whether a host before this one has just as much left. */
  private boolean hasTwin(long[] free, int from, int to) {
    for (int h = from; h < to; h++) {
      if (Arrays.equals(open.get(h), free)) {
        return true;
      }
    }
    return false;
  }

  private int needed(int index) {
    int needed = open.size();
    for (int r = 0; r < RESOURCES; r++) {
      long room = 0;
      for (long[] free : open) {
        room += free[r];
      }
      if (whole[r] > 0 && rest[index][r] > room) {
        needed =
            Math.max(needed, open.size() + (int) Math.ceilDiv(rest[index][r] - room, whole[r]));
      }
    }
    return needed;
  }
}
