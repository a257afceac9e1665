package org.xenoserver.vmm.riscv.translator;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Which registers may hold what was computed from a value that was loaded, in the same loop if they
 * are used in one. An access by such a register waits for the load.
 */
final class LoadedValues {
  private LoadedValues() {}

  /** The places of the loads and stores whose address waits for a load. */
  static Set<Integer> waitingAccesses(RegionPlan plan) {
    Set<Integer> loopHeads = loopHeads(plan);
    Map<Integer, Long> loaded =
        ForwardFlow.atBlocks(
            plan,
            plan.byPlace().keySet(),
            LoadedValues::after,
            (from, place, after) -> place > from.place() && loopHeads.contains(place) ? 0 : after);
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

  private static Set<Integer> loopHeads(RegionPlan plan) {
    Set<Integer> heads = new HashSet<>();
    for (Block block : plan.blocks()) {
      for (int next : plan.successors(block)) {
        if (next <= block.place()) {
          heads.add(next);
        }
      }
    }
    return heads;
  }

  private static long after(Instruction instruction, long before) {
    long written = RegisterUse.writes(instruction);
    boolean waits =
        Translatable.loads(instruction.opcode()) || (RegisterUse.reads(instruction) & before) != 0;
    return waits ? before | written : before & ~written;
  }
}
