package org.xenoserver.vmm.riscv.translator;

import java.util.Map;

/** Which registers may have been changed in a region when a block begins. */
final class DirtyRegisters {
  private DirtyRegisters() {}

  /** The sets, by the places of the blocks. */
  static Map<Integer, Long> atBlocks(RegionPlan plan) {
    return ForwardFlow.atBlocks(
        plan,
        plan.entries(),
        (instruction, before) -> before | RegisterUse.writes(instruction),
        (from, place, after) -> after);
  }
}
