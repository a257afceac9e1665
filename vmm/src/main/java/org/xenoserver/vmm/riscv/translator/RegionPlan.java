package org.xenoserver.vmm.riscv.translator;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xenoserver.vmm.riscv.DecodedInstruction;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;

/**
 * The blocks of a region. Places are in half words from the start of page 0.
 *
 * @param blocks in ascending order of their places; every one can be reached from an entry
 * @param pages all pages the blocks lie on
 * @param entries the places where the region can be entered
 * @param guesses where indirect jumps are known to have gone: for the place of a jump, other places
 */
record RegionPlan(
    List<Block> blocks,
    List<PlacedPage> pages,
    List<Integer> entries,
    Map<Integer, List<Integer>> guesses) {

  /**
   * An instruction.
   *
   * @param place where it is
   * @param decoded as of {@link DecodedInstruction}
   * @param bits the instruction as it stands in memory
   */
  record Instruction(int place, long decoded, int bits) {
    int opcode() {
      return DecodedInstruction.opcode(decoded);
    }

    int next() {
      return place + DecodedInstruction.lengthHalfWords(decoded);
    }

    /** Where a branch or direct jump leads. */
    int target() {
      return place + (DecodedInstruction.immediate(decoded) >> 1);
    }
  }

  /**
   * Instructions that are executed one after the other.
   *
   * @param stops whether the instruction after the last is one that no region can execute
   */
  record Block(int place, List<Instruction> instructions, boolean stops) {
    Instruction last() {
      return instructions.getLast();
    }
  }

  /** How many instructions the region has. */
  int size() {
    return blocks.stream().mapToInt(block -> block.instructions.size()).sum();
  }

  /** The places that are known to follow a block, some of them outside the region. */
  Set<Integer> successors(Block block) {
    Set<Integer> next = new LinkedHashSet<>();
    Instruction last = block.last();
    int opcode = last.opcode();
    if (opcode == Opcode.JALR) {
      next.addAll(guesses.getOrDefault(last.place(), List.of()));
    } else if (opcode == Opcode.JAL) {
      next.add(last.target());
    } else if (!Translatable.leaves(opcode)) {
      next.add(last.next());
      if (Translatable.isBranch(opcode)) {
        next.add(last.target());
      }
    }
    return next;
  }

  /** The blocks by place. */
  Map<Integer, Block> byPlace() {
    Map<Integer, Block> byPlace = new HashMap<>();
    blocks.forEach(block -> byPlace.put(block.place, block));
    return byPlace;
  }
}
