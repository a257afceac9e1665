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

  /** What took less time is doubled, unless it ended long before. */
  private static final long SHORT_NS = LONG_NS / 4;

  private int instructions = LONGEST;

  /** The length of the next. */
  int instructions() {
    return instructions;
  }

  /** How long the last one took, and how many instructions it came to. */
  void took(long ns, int executed) {
    if (ns > LONG_NS) {
      instructions = Math.max(SHORTEST, instructions / 2);
    } else if (ns < SHORT_NS && executed > instructions / 2) {
      instructions = Math.min(LONGEST, instructions * 2);
    }
  }
}
