package org.xenoserver.vmm.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which integer registers of a program are kept for what: addresses, loop counters, links and the
 * handlers' pointer are never written at random; all others are free.
 */
final class RegisterChoice {
  static final int LINK = 1;
  static final int STACK = 2;
  static final int HANDLERS = 4;
  static final int OTHER_LINK = 5;
  static final int SERVICE = 17;
  private static final int FIRST_COMPRESSED = 8;
  private static final int COMPRESSED = 8;

  private final SplittableRandom random;

  /** An address in a register that compressed loads and stores can name. */
  final int compressedBase;

  final int otherBase;

  /** Counters of an outer loop, of a loop within, and of deep calls. */
  final int[] counters = new int[3];

  /** Where a deep call keeps its link. */
  final int savedLink;

  private final int[] free;
  private final int[] freeCompressed;

  RegisterChoice(SplittableRandom random) {
    this.random = random;
    List<Integer> left = new ArrayList<>();
    for (int i = 1; i < 32; i++) {
      if (i != LINK && i != STACK && i != HANDLERS && i != OTHER_LINK && i != SERVICE) {
        left.add(i);
      }
    }
    compressedBase = FIRST_COMPRESSED + random.nextInt(COMPRESSED);
    left.remove(Integer.valueOf(compressedBase));
    otherBase = take(left);
    counters[0] = random.nextBoolean() ? takeCompressed(left) : take(left);
    counters[1] = take(left);
    counters[2] = take(left);
    savedLink = take(left);
    left.add(SERVICE);
    free = left.stream().mapToInt(Integer::intValue).toArray();
    int[] low = left.stream().mapToInt(Integer::intValue).filter(r -> isCompressed(r)).toArray();
    // All of x8 to x15 may be taken by chance but for three, so there is always one.
    freeCompressed = low;
  }

  private static boolean isCompressed(int register) {
    return register >= FIRST_COMPRESSED && register < FIRST_COMPRESSED + COMPRESSED;
  }

  private int take(List<Integer> left) {
    return left.remove(random.nextInt(left.size()));
  }

  private int takeCompressed(List<Integer> left) {
    int[] low = left.stream().mapToInt(Integer::intValue).filter(r -> isCompressed(r)).toArray();
    int taken = low[random.nextInt(low.length)];
    left.remove(Integer.valueOf(taken));
    return taken;
  }

  boolean isFree(int register) {
    for (int candidate : free) {
      if (candidate == register) {
        return true;
      }
    }
    return false;
  }

  /** A register that may be written, and is not x0. */
  int target() {
    return free[random.nextInt(free.length)];
  }

  /** As {@link #target}, or x0 now and then. */
  int targetOrZero() {
    return random.nextInt(24) == 0 ? 0 : target();
  }

  /** A register among x8 to x15 that may be written. */
  int compressedTarget() {
    return freeCompressed[random.nextInt(freeCompressed.length)];
  }

  /** Any register, most often one that random instructions write. */
  int source() {
    return random.nextInt(8) == 0 ? random.nextInt(32) : target();
  }

  int compressedSource() {
    return random.nextInt(4) == 0
        ? FIRST_COMPRESSED + random.nextInt(COMPRESSED)
        : compressedTarget();
  }

  /** A floating-point register; few of them, so that values meet. */
  int floating() {
    return random.nextInt(4) == 0 ? random.nextInt(32) : random.nextInt(16);
  }
}
