package org.xenoserver.vmm.riscv;

/**
 * How many instructions a hart executes between two looks at requests, interrupts and the clock: so
 * many that looking costs nothing, and so few that it stops soon when it is asked to, however slow
 * its instructions are (all may miss the host's caches, or be interpreted).
 */
final class ChunkLength {
  static final int SHORTEST = 256;
  static final int LONGEST = 8192;

  /** What took longer is halved. */
  private static final long LONG_NS = 100_000;

  /** What took less time is doubled. */
  private static final long SHORT_NS = LONG_NS / 4;

  private int instructions = LONGEST;

  /** The length of the next. */
  int instructions() {
    return instructions;
  }

  /** How long the last one took. */
  void took(long ns) {
    if (ns > LONG_NS) {
      instructions = Math.max(SHORTEST, instructions / 2);
    } else if (ns < SHORT_NS) {
      instructions = Math.min(LONGEST, instructions * 2);
    }
  }
}
