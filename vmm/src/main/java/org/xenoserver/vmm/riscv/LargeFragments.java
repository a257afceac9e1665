package org.xenoserver.vmm.riscv;

/**
 * Where in an address space fragments of large pages may be cached: a range in each half of the
 * space, as user memory is in the one and a kernel in the other. A flush of any address of a large
 * page must reach all its fragments (privileged manual, section "Supervisor Memory-Management Fence
 * Instruction"); outside the ranges it need not look for any.
 */
final class LargeFragments {
  private static final int HALVES = 2;

  private final long[] first = new long[HALVES];
  private final long[] last = new long[HALVES];

  LargeFragments() {
    clear();
  }

  private static int half(long virtual) {
    return (int) (virtual >>> 63);
  }

  /** Notes that a part of the page of a size around an address is cached. */
  void note(long virtual, long pageBytes) {
    int half = half(virtual);
    first[half] = Math.min(first[half], virtual & -pageBytes);
    last[half] = Math.max(last[half], virtual | pageBytes - 1);
  }

  /** Whether an address may be in a large page of which a part is cached. */
  boolean mayHold(long virtual) {
    int half = half(virtual);
    return first[half] <= virtual && virtual <= last[half];
  }

  void clear() {
    for (int half = 0; half < HALVES; half++) {
      first[half] = Long.MAX_VALUE;
      last[half] = Long.MIN_VALUE;
    }
  }
}
