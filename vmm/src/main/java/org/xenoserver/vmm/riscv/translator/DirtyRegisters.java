package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Which registers may have been changed in a region when a block begins: forward data flow. */
final class DirtyRegisters {
  private final RegionPlan plan;
  private final Map<Integer, Block> blocks;
  private final Map<Integer, Long> dirty = new HashMap<>();
  private final Deque<Block> pending = new ArrayDeque<>();

  DirtyRegisters(RegionPlan plan) {
    this.plan = plan;
    this.blocks = plan.byPlace();
  }

  /** The sets, by the places of the blocks. */
  Map<Integer, Long> atBlocks() {
    for (int entry : plan.entries()) {
      reach(entry, 0);
    }
    while (!pending.isEmpty()) {
      Block block = pending.poll();
      long after = dirty.getOrDefault(block.place(), 0L);
      for (Instruction instruction : block.instructions()) {
        after |= RegisterUse.writes(instruction);
      }
      for (int next : plan.successors(block)) {
        reach(next, after);
      }
    }
    return dirty;
  }

  private void reach(int place, long after) {
    Block block = blocks.get(place);
    if (block == null) {
      return;
    }
    Long before = dirty.get(place);
    long merged = before == null ? after : before | after;
    if (before == null || merged != before) {
      dirty.put(place, merged);
      pending.add(block);
    }
  }
}
