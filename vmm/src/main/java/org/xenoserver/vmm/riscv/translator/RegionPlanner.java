package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.opcode;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.TranslatedRegion.PlacedPage;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Finds the code that belongs together: from one instruction on, breadth first along branches and
 * jumps, over page boundaries, as far as it was executed before and up to a bound.
 *
 * <p>Calls are followed where that is asked for and the callee is one of {@link Callees}: it
 * becomes part of the region, and its return a jump to the places after the calls. Otherwise the
 * callee is another region's.
 */
final class RegionPlanner {
  private static final int RA = 1;
  private static final int T0 = 5;
  private static final int MOST_GUESSES = 32;

  private record Pending(int place, int function, int depth) {}

  private final CodeView code;
  private final long pageAddress;
  private final RegionPlanning planning;
  private final boolean keepStatus;
  private final Map<Integer, @Nullable CodePage> pages = new LinkedHashMap<>();
  private final TreeMap<Integer, Instruction> found = new TreeMap<>();
  private final Map<Integer, Integer> functionOf = new HashMap<>();
  private final Set<Integer> leaders = new HashSet<>();
  private final Set<Integer> stops = new HashSet<>();
  private final Set<Integer> entries = new TreeSet<>();
  private final Map<Integer, Set<Integer>> returnSites = new HashMap<>();
  private final Map<Integer, Collection<Integer>> jumpTargets = new HashMap<>();
  private final List<Integer> returns = new ArrayList<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Callees callees;

  private RegionPlanner(CodeView code, long at, RegionPlanning planning, boolean keepStatus) {
    this.keepStatus = keepStatus;
    this.code = code;
    this.pageAddress = at & ~0xfffL;
    this.planning = planning;
    this.callees = new Callees(this::instruction, planning.mostInstructions() / 2);
  }

  /**
   * Plans a region.
   *
   * @param at where it is entered
   * @return null if the instruction there cannot be translated
   */
  static @Nullable RegionPlan plan(CodeView code, long at, RegionPlanning planning) {
    int start = (int) (at & 0xfff) >>> 1;
    RegionPlanner planner = new RegionPlanner(code, at, planning, false);
    RegionPlan plan = planner.plan(start);
    return planner.mixesStatusAndFloats()
        ? new RegionPlanner(code, at, planning, true).plan(start)
        : plan;
  }

  private boolean mixesStatusAndFloats() {
    return found.values().stream().anyMatch(i -> SystemEmitter.touchesStatus(i.decoded()))
        && found.values().stream().anyMatch(i -> Translatable.isFloat(i.opcode()));
  }

  /** In a region with floating point the interpreter has sstatus, which says whether it is on. */
  private boolean isStatusKept(Instruction instruction) {
    return keepStatus && SystemEmitter.touchesStatus(instruction.decoded());
  }

  private @Nullable RegionPlan plan(int start) {
    pending.add(new Pending(start, start, 0));
    leaders.add(start);
    entries.add(start);
    while (!pending.isEmpty()) {
      follow(pending.poll());
    }
    if (!found.containsKey(start)) {
      return null;
    }
    for (int jump : returns) {
      jumpTargets.put(
          jump, returnSites.getOrDefault(functionOf.getOrDefault(jump, start), Set.of()));
    }
    return new RegionPlan(blocks(), placedPages(), reachedEntries(), guesses());
  }

  // ---- finding

  private @Nullable CodePage page(int distance) {
    return pages.computeIfAbsent(distance, d -> code.page(pageAddress + d * (long) CodePage.BYTES));
  }

  /** The instruction at a place; null if it was never executed, or its page is not known. */
  private @Nullable Instruction instruction(int place) {
    CodePage page = page(place >> 11);
    int slot = place & CodePage.SLOTS - 1;
    if (page == null || !planning.unexecuted() && !page.isDecoded(slot)) {
      return null;
    }
    long decoded = page.decode(slot);
    if (opcode(decoded) == Opcode.CROSSES_PAGE) {
      CodePage next = page((place >> 11) + 1);
      if (next == null) {
        return null;
      }
      int bits = page.halfWord(slot) | next.halfWord(0) << 16;
      return new Instruction(place, CodePage.decodeBits(bits), bits);
    }
    return new Instruction(place, decoded, page.instruction(slot));
  }

  private void follow(Pending from) {
    int place = from.place;
    while (true) {
      if (found.containsKey(place)) {
        leaders.add(place);
        return;
      }
      if (found.size() >= planning.mostInstructions() || isElsewhere(place)) {
        return;
      }
      Instruction instruction = instruction(place);
      if (instruction == null) {
        return;
      }
      if (!Translatable.is(instruction) || isStatusKept(instruction)) {
        stops.add(place);
        enter(new Pending(instruction.next(), from.function, from.depth));
        return;
      }
      found.put(place, instruction);
      functionOf.put(place, from.function);
      long d = instruction.decoded();
      switch (opcode(d)) {
        case Opcode.BEQ, Opcode.BNE, Opcode.BLT, Opcode.BGE, Opcode.BLTU, Opcode.BGEU -> {
          lead(new Pending(instruction.next(), from.function, from.depth));
          lead(new Pending(instruction.target(), from.function, from.depth));
          if (instruction.target() <= place) {
            entries.add(instruction.target());
          }
          return;
        }
        case Opcode.JAL -> {
          direct(instruction, from);
          return;
        }
        case Opcode.JALR -> {
          indirect(instruction, from);
          return;
        }
        case Opcode.ECALL -> {
          enter(new Pending(instruction.next(), from.function, from.depth));
          return;
        }
        case Opcode.SRET, Opcode.MRET -> {
          return;
        }
        default -> {
          place = instruction.next();
          if (Translatable.endsBlock(instruction)) {
            leaders.add(place);
          }
        }
      }
    }
  }

  private void direct(Instruction jump, Pending from) {
    int target = jump.target();
    if (rd(jump.decoded()) == SINK) {
      lead(new Pending(target, from.function, from.depth));
      if (target <= jump.place()) {
        entries.add(target);
      }
      return;
    }
    followCall(jump, target, from);
    enter(new Pending(jump.next(), from.function, from.depth));
  }

  private void followCall(Instruction call, int callee, Pending from) {
    if (from.depth < planning.callDepth() && callees.take(callee)) {
      lead(new Pending(callee, callee, from.depth + 1));
      returnSites.computeIfAbsent(callee, c -> new TreeSet<>()).add(call.next());
    }
  }

  private void indirect(Instruction jump, Pending from) {
    long d = jump.decoded();
    if (rd(d) != SINK) {
      enter(new Pending(jump.next(), from.function, from.depth));
      for (int target : knownTargets(jump)) {
        followCall(jump, target, from);
      }
    } else if (!isRecorded(jump)) {
      returns.add(jump.place());
    } else {
      for (int target : knownTargets(jump)) {
        lead(new Pending(target, from.function, from.depth));
      }
    }
  }

  /** Whether where an instruction goes is worth noting: an indirect jump, but no return. */
  static boolean isRecorded(Instruction instruction) {
    long d = instruction.decoded();
    return opcode(d) == Opcode.JALR
        && !(rd(d) == SINK && (rs1(d) == RA || rs1(d) == T0) && immediate(d) == 0);
  }

  private Collection<Integer> knownTargets(Instruction jump) {
    Collection<Integer> noted = planning.targets().get(jump.place());
    Collection<Integer> known = noted == null ? List.of() : noted;
    jumpTargets.put(jump.place(), known);
    return known;
  }

  /** Whether another region goes on from a place. */
  private boolean isElsewhere(int place) {
    if (!planning.once() || found.isEmpty()) {
      return false;
    }
    CodePage page = page(place >> 11);
    return page != null && page.entry(place & CodePage.SLOTS - 1) != null;
  }

  private void lead(Pending to) {
    leaders.add(to.place);
    pending.add(to);
  }

  private void enter(Pending at) {
    entries.add(at.place);
    lead(at);
  }

  // ---- the plan

  private List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int place : found.keySet()) {
      if (leaders.contains(place)) {
        List<Instruction> instructions = new ArrayList<>();
        Instruction next = found.get(place);
        while (next != null) {
          instructions.add(next);
          next =
              Translatable.endsBlock(next) || leaders.contains(next.next())
                  ? null
                  : found.get(next.next());
        }
        blocks.add(new Block(place, instructions, stops.contains(instructions.getLast().next())));
      }
    }
    return blocks;
  }

  private List<PlacedPage> placedPages() {
    Set<Integer> used = new TreeSet<>();
    for (Instruction instruction : found.values()) {
      used.add(instruction.place() >> 11);
      used.add(instruction.next() - 1 >> 11);
    }
    List<PlacedPage> placed = new ArrayList<>();
    pages.forEach((distance, page) -> {
      if (page != null && used.contains(distance)) {
        placed.add(new PlacedPage(distance, page));
      }
    });
    return placed;
  }

  private List<Integer> reachedEntries() {
    return (planning.once() ? leaders : entries)
        .stream().filter(found::containsKey).sorted().toList();
  }

  private Map<Integer, List<Integer>> guesses() {
    Map<Integer, List<Integer>> guesses = new HashMap<>();
    jumpTargets.forEach((jump, targets) -> {
      List<Integer> reached =
          targets.stream()
              .filter(found::containsKey)
              .filter(leaders::contains)
              .limit(MOST_GUESSES)
              .toList();
      if (!reached.isEmpty()) {
        guesses.put(jump, reached);
      }
    });
    return guesses;
  }
}
