package org.xenoserver.vmm.riscv.translator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Which registers may hold what was computed from a value that was loaded, in the same loop if they
 * are used in one: forward data flow. An access by such a register waits for the load.
 */
final class LoadedValues {
  private final RegionPlan plan;
  private final Map<Integer, Block> blocks;
  private final Set<Integer> loopHeads = new HashSet<>();
  private final Map<Integer, Long> loaded = new HashMap<>();
  private final Deque<Block> pending = new ArrayDeque<>();

  LoadedValues(RegionPlan plan) {
    this.plan = plan;
    this.blocks = plan.byPlace();
    for (Block block : plan.blocks()) {
      for (int next : plan.successors(block)) {
        if (next <= block.place()) {
          loopHeads.add(next);
        }
      }
    }
  }

  /** The places of the loads and stores whose address waits for a load. */
  Set<Integer> waitingAccesses() {
    plan.blocks().forEach(block -> reach(block.place(), 0));
    while (!pending.isEmpty()) {
      Block block = pending.poll();
      long after = loaded.getOrDefault(block.place(), 0L);
      for (Instruction instruction : block.instructions()) {
        after = after(instruction, after);
      }
      for (int next : plan.successors(block)) {
        boolean entersLoop = next > block.place() && loopHeads.contains(next);
        reach(next, entersLoop ? 0 : after);
      }
    }
    return accesses();
  }

  private Set<Integer> accesses() {
    Set<Integer> waiting = new HashSet<>();
    for (Block block : plan.blocks()) {
      long now = loaded.getOrDefault(block.place(), 0L);
      for (Instruction instruction : block.instructions()) {
        long address = now;
        PageCaches.base(instruction)
            .filter(base -> (address >>> base.register() & 1) != 0)
            .ifPresent(base -> waiting.add(instruction.place()));
        now = after(instruction, now);
      }
    }
    return waiting;
  }

  private static long after(Instruction instruction, long before) {
    long written = RegisterUse.writes(instruction);
    boolean waits =
        Translatable.loads(instruction.opcode()) || (RegisterUse.reads(instruction) & before) != 0;
    return waits ? before | written : before & ~written;
  }

  private void reach(int place, long after) {
    Block block = blocks.get(place);
    if (block == null) {
      return;
    }
    Long before = loaded.get(place);
    long merged = before == null ? after : before | after;
    if (before == null || merged != before) {
      loaded.put(place, merged);
      pending.add(block);
    }
  }
}
