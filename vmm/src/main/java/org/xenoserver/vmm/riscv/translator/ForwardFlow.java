package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/** Sets of registers carried along the blocks of a region: forward data flow, joined by union. */
final class ForwardFlow {
  private final Map<Integer, Block> blocks;
  private final Map<Integer, Long> sets = new HashMap<>();
  private final Deque<Block> pending = new ArrayDeque<>();

  /** What an instruction makes of a set. */
  @FunctionalInterface
  interface Transfer {
    long after(Instruction instruction, long before);
  }

  /** What goes on from a block to a place. */
  @FunctionalInterface
  interface Way {
    long to(Block from, int place, long after);
  }

  private ForwardFlow(RegionPlan plan) {
    this.blocks = plan.byPlace();
  }

  /**
   * The sets at the begin of blocks, by their places; none for blocks that are not reached.
   *
   * @param starts places that are reached with the empty set
   */
  static Map<Integer, Long> atBlocks(
      RegionPlan plan, Collection<Integer> starts, Transfer transfer, Way way) {
    ForwardFlow flow = new ForwardFlow(plan);
    starts.forEach(start -> flow.reach(start, 0));
    while (!flow.pending.isEmpty()) {
      Block block = flow.pending.remove();
      long after = flow.sets.getOrDefault(block.place(), 0L);
      for (Instruction instruction : block.instructions()) {
        after = transfer.after(instruction, after);
      }
      for (int next : plan.successors(block)) {
        flow.reach(next, way.to(block, next, after));
      }
    }
    return flow.sets;
  }

  private void reach(int place, long set) {
    Block block = blocks.get(place);
    if (block == null) {
      return;
    }
    Long before = sets.get(place);
    long merged = before == null ? set : before | set;
    if (before == null || merged != before) {
      sets.put(place, merged);
      pending.add(block);
    }
  }
}
