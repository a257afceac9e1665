package org.xenoserver.vmm.riscv;

/**
 * Host code for a stretch of guest code that begins at one place of a {@link CodePage}.
 *
 * <p>The interpreter runs it instead of the instruction there. It returns with the hart's state
 * precise: every register written, {@code pc} at the next instruction to execute. What it cannot do
 * itself (a translation that misses, a device, a trap) it leaves to the interpreter by returning
 * with {@code pc} at that instruction.
 */
@FunctionalInterface
interface TranslatedRegion {
  /**
   * Runs.
   *
   * @param budget how many instructions may be retired; the region may exceed it by a basic block
   * @return how many were retired; 0 makes the interpreter execute the first instruction itself
   */
  int run(Hart hart, int budget);
}
