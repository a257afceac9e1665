package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * For which base registers a region keeps the page of the last access in local variables, so that
 * the next access by the same register need not look into the hart's tables.
 *
 * <p>Only accesses whose address waits for a load use them, since only for those it matters that
 * the page is known before the address is; each page kept makes it harder for the JVM to keep
 * everything else in registers. Loads and stores have pages of their own, since what may be loaded
 * need not be stored to. The registers are those with most accesses, where one in a loop counts as
 * many.
 */
final class PageCaches {
  private static final int MOST = 6;
  private static final int LEAST_ACCESSES = 2;
  private static final int LOOP_FACTOR = 8;
  private static final int MOST_WEIGHT = 1 << 20;

  /** A register as the base of loads or of stores. */
  record Base(int register, boolean store) {}

  /**
   * A base worth keeping.
   *
   * @param followed whether it is loaded from where it points to, as when a list is walked: then
   *     the next access waits for this one
   */
  record Kept(Base base, boolean followed) {}

  private PageCaches() {}

  /**
   * The bases worth keeping, the best first.
   *
   * @param waiting the places of accesses whose address waits for a load
   */
  static List<Kept> choose(RegionPlan plan, Set<Integer> waiting) {
    Map<Base, Integer> accesses = new HashMap<>();
    Set<Base> followed = new HashSet<>();
    for (Block block : plan.blocks()) {
      int weight = weight(plan, block);
      for (Instruction instruction : block.instructions()) {
        base(instruction)
            .filter(base -> waiting.contains(instruction.place()))
            .ifPresent(base -> {
              accesses.merge(base, weight, (a, b) -> Math.min(a + b, MOST_WEIGHT));
              if (follows(instruction)) {
                followed.add(base);
              }
            });
      }
    }
    return accesses.entrySet().stream()
        .filter(entry -> entry.getValue() >= LEAST_ACCESSES)
        .sorted(Map.Entry.<Base, Integer>comparingByValue().reversed())
        .limit(MOST)
        .map(entry -> new Kept(entry.getKey(), followed.contains(entry.getKey())))
        .toList();
  }

  private static boolean follows(Instruction instruction) {
    long d = instruction.decoded();
    return instruction.opcode() == Opcode.LD && rd(d) == rs1(d);
  }

  /** The base of a plain load or store. */
  static Optional<Base> base(Instruction instruction) {
    int opcode = instruction.opcode();
    int register = rs1(instruction.decoded());
    if (register == 0) {
      return Optional.empty();
    }
    if (Translatable.loads(opcode)) {
      return Optional.of(new Base(register, false));
    }
    return Translatable.stores(opcode) ? Optional.of(new Base(register, true)) : Optional.empty();
  }

  /** How often a block is executed, by the jumps backwards over it. */
  private static int weight(RegionPlan plan, Block block) {
    int weight = 1;
    for (Block other : plan.blocks()) {
      Instruction last = other.last();
      boolean around =
          Translatable.jumps(last.opcode())
              && last.target() <= block.place()
              && other.place() >= block.place();
      if (around) {
        weight = Math.min(weight * LOOP_FACTOR, MOST_WEIGHT);
      }
    }
    return weight;
  }
}
