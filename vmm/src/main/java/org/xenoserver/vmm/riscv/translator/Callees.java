package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Chooses which of the functions a region calls become part of it: short ones, and those whole. Of
 * half a function the region would be left in the middle, and half of the next caller's, too; and
 * the JVM takes more than twice the time over twice the code, and makes worse of it.
 */
final class Callees {
  private static final int MOST_EACH = 60;

  private final IntFunction<@Nullable Instruction> code;
  private final int mostTogether;
  private final Map<Integer, Boolean> taken = new HashMap<>();
  private int size;

  /**
   * None yet.
   *
   * @param code the instruction at a place, null where none was executed
   * @param mostTogether instructions of all functions together
   */
  Callees(IntFunction<@Nullable Instruction> code, int mostTogether) {
    this.code = code;
    this.mostTogether = mostTogether;
  }

  /** Whether the function that begins at a place is part of the region. */
  boolean take(int function) {
    return taken.computeIfAbsent(
        function,
        f -> {
          int added = sizeOf(f);
          boolean fits = added <= MOST_EACH && size + added <= mostTogether;
          size += fits ? added : 0;
          return fits;
        });
  }

  /** How many instructions a function has, as far as it was executed; any count if too many. */
  private int sizeOf(int function) {
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> pending = new ArrayDeque<>();
    pending.add(function);
    while (!pending.isEmpty() && seen.size() <= MOST_EACH) {
      int place = pending.poll();
      Instruction instruction = code.apply(place);
      if (instruction == null || !Translatable.is(instruction) || !seen.add(place)) {
        continue;
      }
      int opcode = instruction.opcode();
      boolean jumps =
          (opcode == Opcode.JAL || opcode == Opcode.JALR) && rd(instruction.decoded()) == SINK;
      if (Translatable.isBranch(opcode) || jumps && opcode == Opcode.JAL) {
        pending.add(instruction.target());
      }
      if (!jumps && opcode != Opcode.SRET && opcode != Opcode.MRET) {
        pending.add(instruction.next());
      }
    }
    return seen.size();
  }
}
