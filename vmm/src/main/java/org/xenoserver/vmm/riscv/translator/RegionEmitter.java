package org.xenoserver.vmm.riscv.translator;

import static org.xenoserver.vmm.riscv.DecodedInstruction.SINK;
import static org.xenoserver.vmm.riscv.DecodedInstruction.immediate;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rd;
import static org.xenoserver.vmm.riscv.DecodedInstruction.rs1;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.Opcode;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.translator.ClassBytes.Label;
import org.xenoserver.vmm.riscv.translator.LoopGates.Gate;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Block;
import org.xenoserver.vmm.riscv.translator.RegionPlan.Instruction;

/**
 * Writes a region as a class: a method whose blocks are the guest's, in the guest's order.
 *
 * <p>Each block first takes its instructions off what may still be executed, and every jump
 * backwards looks whether anything is left. That bounds the time to a preemption without another
 * test, since no cycle is without a jump backwards.
 */
final class RegionEmitter {
  private final RegionPlan plan;
  private final Map<Integer, Block> blocks;
  private final Map<Integer, Long> dirtyAt;

  /** The blocks that can be reached, in the order of their places. */
  private final List<Block> order;

  private final Map<Integer, Label> labels = new HashMap<>();
  private final Map<Integer, Integer> jumpIndex;
  private final boolean optimised;
  private final @Nullable LoopGates gates;
  private final RegionFrame frame;
  private final WaysOut waysOut;
  private final CallEmitter calls;
  private final ClassBytes code;
  private final IntegerEmitter integers;
  private final MemoryEmitter memory;
  private final FloatEmitter floats;
  private final SystemEmitter systems;

  /** Where the block is that is being written. */
  private int here;

  private RegionEmitter(RegionPlan plan, Map<Integer, Integer> recordedJumps, boolean optimised) {
    this.plan = plan;
    this.optimised = optimised;
    this.jumpIndex = recordedJumps;
    this.blocks = plan.byPlace();
    this.dirtyAt = DirtyRegisters.atBlocks(plan);
    this.order =
        plan.blocks().stream().filter(block -> dirtyAt.containsKey(block.place())).toList();
    this.gates = optimised ? new LoopGates(plan.entries(), ways()) : null;
    Set<Integer> waiting = optimised ? LoadedValues.waitingAccesses(plan) : Set.of();
    long used = 0;
    long written = 0;
    long singles = 0;
    for (Block block : plan.blocks()) {
      labels.put(block.place(), new Label());
      for (Instruction instruction : block.instructions()) {
        used |= RegisterUse.reads(instruction) | RegisterUse.writes(instruction);
        written |= RegisterUse.writes(instruction);
        singles |= RegisterUse.singles(instruction);
      }
    }
    this.frame =
        new RegionFrame(
            used & ~1L,
            written,
            used & ~singles & -1L << 32,
            optimised ? PageCaches.choose(plan, waiting) : List.of(),
            waiting,
            !optimised);
    this.waysOut = new WaysOut(frame, written);
    this.calls = new CallEmitter(frame);
    this.code = frame.code;
    this.integers = new IntegerEmitter(frame);
    this.memory = new MemoryEmitter(frame);
    this.floats = new FloatEmitter(frame);
    this.systems = new SystemEmitter(frame);
  }

  /**
   * The class file of a region.
   *
   * @param recordedJumps places of indirect jumps whose targets are noted, and their indexes in
   *     {@link TranslatedRegion#targets}
   * @param optimised whether to write more code that the JVM makes faster code of
   */
  static byte[] emit(RegionPlan plan, Map<Integer, Integer> recordedJumps, boolean optimised) {
    return new RegionEmitter(plan, recordedJumps, optimised).emit();
  }

  private byte[] emit() {
    boolean floatingPoint =
        plan.blocks().stream()
            .flatMap(block -> block.instructions().stream())
            .anyMatch(instruction -> Translatable.isFloat(instruction.opcode()));
    frame.begin(plan.entries().stream().map(this::wayIn).toList(), floatingPoint);
    for (int i = 0; i < order.size(); i++) {
      emit(order.get(i), i + 1 < order.size() ? order.get(i + 1) : null);
    }
    if (gates != null) {
      gates.all().forEach(gate -> emit(gates, gate));
    }
    waysOut.write();
    return frame.finish();
  }

  private Map<Integer, Set<Integer>> ways() {
    Map<Integer, Set<Integer>> ways = new LinkedHashMap<>();
    for (Block block : order) {
      Set<Integer> next = plan.successors(block);
      if (mayCallOut(block.last()) && comesBack(block.last())) {
        next.add(block.last().next());
      }
      ways.put(block.place(), next);
    }
    return ways;
  }

  private Label wayIn(int entry) {
    Gate gate = gates == null ? null : gates.into(entry);
    return gate == null ? labelOf(entry) : gate.label;
  }

  /** Tells apart who comes to a gate. Most go round. */
  private void emit(LoopGates gates, Gate gate) {
    code.bind(gate.label);
    for (int head : gate.heads()) {
      Gate inner = gates.between(gate, head);
      Label label = inner == null ? labelOf(head) : inner.label;
      if (head == gate.heads().getLast()) {
        code.jump(Bytecode.GOTO, label);
      } else {
        code.local(Bytecode.ILOAD, RegionFrame.ENTRY);
        code.pushInt(gates.number(head));
        code.jump(Bytecode.IFEQ + Bytecode.TWO_INTS, label);
      }
    }
  }

  private Label labelOf(int place) {
    Label label = labels.get(place);
    if (label == null) {
      throw new IllegalStateException("no block at " + place);
    }
    return label;
  }

  private void emit(Block block, @Nullable Block following) {
    code.bind(labelOf(block.place()));
    here = block.place();
    frame.beginBlock();
    List<Instruction> instructions = block.instructions();
    frame.takeFromLeft(instructions.size());
    long dirty = dirtyAt.getOrDefault(block.place(), 0L);
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      int opcode = instruction.opcode();
      frame.beginInstruction(instruction);
      if (Translatable.endsBlock(instruction)) {
        transfer(instruction, dirty, following);
        return;
      }
      if (Translatable.isFloat(opcode) && opcode > Opcode.FSD) {
        floats.emit(instruction, waysOut.miss(instruction.place(), instructions.size() - i, dirty));
      } else if (opcode >= Opcode.CSRRW && opcode <= Opcode.CSRRCI) {
        systems.emit(
            instruction, waysOut.miss(instruction.place(), instructions.size() - i, dirty));
      } else if (Translatable.isLoad(opcode)
          || Translatable.isStore(opcode)
          || opcode >= Opcode.LR_W) {
        memory.emit(instruction, waysOut.miss(instruction.place(), instructions.size() - i, dirty));
      } else {
        integers.emit(instruction);
      }
      dirty |= RegisterUse.writes(instruction);
    }
    if (block.stops()) {
      waysOut.stop(block.last().next(), dirty);
    } else {
      go(block.last().place(), block.last().next(), dirty, following);
    }
  }

  /** Goes on at a place, in the region if it is there. */
  private void go(int from, int to, long dirty, @Nullable Block following) {
    if (!blocks.containsKey(to)) {
      waysOut.leave(to, dirty);
    } else if (to <= from) {
      goBack(to, dirty);
    } else if (following == null || following.place() != to || gateTo(to) != null) {
      jump(to);
    }
  }

  private void goBack(int to, long dirty) {
    Label spent = new Label();
    frame.pushLeft();
    code.jump(Bytecode.IFLE, spent);
    jump(to);
    code.bind(spent);
    waysOut.leave(to, dirty);
  }

  private void jump(int to) {
    Gate gate = gateTo(to);
    if (gates != null && gate != null) {
      code.pushInt(gates.number(to));
      code.local(Bytecode.ISTORE, RegionFrame.ENTRY);
      code.jump(Bytecode.GOTO, gate.label);
    } else {
      code.jump(Bytecode.GOTO, labelOf(to));
    }
  }

  private @Nullable Gate gateTo(int to) {
    return gates == null ? null : gates.between(here, to);
  }

  private void transfer(Instruction instruction, long dirty, @Nullable Block following) {
    int opcode = instruction.opcode();
    if (Translatable.leaves(opcode)) {
      waysOut.leaveBySystem(opcode, instruction.place(), dirty);
    } else if (SystemEmitter.touchesStatus(instruction.decoded())) {
      status(instruction, dirty, following);
    } else if (opcode == Opcode.JAL) {
      link(instruction);
      direct(instruction, dirty | RegisterUse.writes(instruction), following);
    } else if (opcode == Opcode.JALR) {
      indirect(instruction, dirty);
    } else {
      branch(instruction, dirty, following);
    }
  }

  private void status(Instruction instruction, long dirty, @Nullable Block following) {
    Label miss = waysOut.miss(instruction.place(), 1, dirty);
    long dirtyAfter = dirty | RegisterUse.writes(instruction);
    Label interrupted =
        SystemEmitter.writesStatus(instruction.decoded())
            ? waysOut.interrupted(instruction.next(), dirtyAfter)
            : null;
    systems.emitStatus(instruction, miss, interrupted);
    go(instruction.place(), instruction.next(), dirtyAfter, following);
  }

  private void direct(Instruction jump, long dirty, @Nullable Block following) {
    if (blocks.containsKey(jump.target()) || !comesBack(jump)) {
      go(jump.place(), jump.target(), dirty, following);
      return;
    }
    frame.pushAddress(jump.target());
    code.local(Bytecode.LSTORE, RegionFrame.ADDRESS);
    call(jump, dirty);
  }

  private boolean mayCallOut(Instruction last) {
    return last.opcode() == Opcode.JALR
        || last.opcode() == Opcode.JAL && !blocks.containsKey(last.target());
  }

  /** Whether a jump is a call that the region goes on after. */
  private boolean comesBack(Instruction jump) {
    return rd(jump.decoded()) != SINK
        && dirtyAt.containsKey(jump.next())
        && plan.entries().contains(jump.next());
  }

  /** Calls what is at the address, outside the region. */
  private void call(Instruction jump, long dirty) {
    if (optimised) {
      calls.call(jump.opcode() == Opcode.JAL, jump.next(), dirty);
      go(jump.place(), jump.next(), 0, null);
      return;
    }
    // The fast compiler's time grows with the code: all calls share one way out and in.
    waysOut.call(plan.entries().indexOf(jump.next()), jump.next(), dirty);
  }

  /** Goes to the address, which is not known to be in the region. */
  private void leaveByAddress(Instruction jump, long dirty) {
    if (comesBack(jump)) {
      call(jump, dirty);
    } else {
      waysOut.leaveByAddress(dirty);
    }
  }

  private void link(Instruction instruction) {
    int register = rd(instruction.decoded());
    if (register != SINK) {
      frame.pushAddress(instruction.next());
      frame.popX(register);
    }
  }

  private void branch(Instruction instruction, long dirty, @Nullable Block following) {
    int opcode = instruction.opcode();
    int condition = integers.branchCondition(instruction.decoded(), opcode);
    int target = instruction.target();
    if (blocks.containsKey(target) && target > instruction.place() && gateTo(target) == null) {
      code.jump(condition, labelOf(target));
      go(instruction.place(), instruction.next(), dirty, following);
      return;
    }
    Label taken = new Label();
    code.jump(condition, taken);
    go(instruction.place(), instruction.next(), dirty, null);
    code.bind(taken);
    go(instruction.place(), target, dirty, null);
  }

  private void indirect(Instruction instruction, long dirty) {
    long d = instruction.decoded();
    frame.pushX(rs1(d));
    if (immediate(d) != 0) {
      code.pushLong(immediate(d));
      code.op(Bytecode.LADD);
    }
    code.pushLong(~1L);
    code.op(Bytecode.LAND);
    code.local(Bytecode.LSTORE, RegionFrame.ADDRESS);
    link(instruction);
    long dirtyAfter = dirty | RegisterUse.writes(instruction);
    record(instruction);
    List<Integer> guesses = plan.guesses().getOrDefault(instruction.place(), List.of());
    if (guesses.size() > 3) {
      selectAmong(instruction, guesses, dirtyAfter);
    } else {
      for (int guess : guesses) {
        Label other = new Label();
        code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
        frame.pushAddress(guess);
        code.op(Bytecode.LCMP);
        code.jump(Bytecode.IFNE, other);
        go(instruction.place(), guess, dirtyAfter, null);
        code.bind(other);
      }
      leaveByAddress(instruction, dirtyAfter);
    }
  }

  private void selectAmong(Instruction instruction, List<Integer> guesses, long dirty) {
    Label elsewhere = new Label();
    // Only where the distance fits an int may it be compared as one.
    code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
    code.local(Bytecode.LLOAD, RegionFrame.BASE);
    code.op(Bytecode.LSUB);
    code.local(Bytecode.LSTORE, RegionFrame.RESULT);
    code.local(Bytecode.LLOAD, RegionFrame.RESULT);
    code.local(Bytecode.LLOAD, RegionFrame.RESULT);
    code.op(Bytecode.L2I);
    code.op(Bytecode.I2L);
    code.op(Bytecode.LCMP);
    code.jump(Bytecode.IFNE, elsewhere);
    int[] keys = guesses.stream().mapToInt(guess -> 2 * guess).sorted().toArray();
    List<Label> cases = java.util.Arrays.stream(keys).mapToObj(key -> new Label()).toList();
    code.local(Bytecode.LLOAD, RegionFrame.RESULT);
    code.op(Bytecode.L2I);
    code.lookupSwitch(elsewhere, keys, cases);
    for (int i = 0; i < keys.length; i++) {
      code.bind(cases.get(i));
      go(instruction.place(), keys[i] / 2, dirty, null);
    }
    code.bind(elsewhere);
    leaveByAddress(instruction, dirty);
  }

  /** Notes where an indirect jump goes. */
  private void record(Instruction instruction) {
    Integer index = jumpIndex.get(instruction.place());
    if (index == null) {
      return;
    }
    code.local(Bytecode.ALOAD, RegionFrame.THIS);
    code.field(Bytecode.GETFIELD, RegionFrame.JUMP, "region", "L" + RegionFrame.REGION + ";");
    code.field(Bytecode.GETFIELD, RegionFrame.REGION, "targets", "[J");
    code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
    code.pushInt(2);
    code.op(Bytecode.LUSHR);
    code.op(Bytecode.L2I);
    code.pushInt(TranslatedRegion.TARGETS - 1);
    code.op(Bytecode.IAND);
    code.pushInt(index * TranslatedRegion.TARGETS);
    code.op(Bytecode.IADD);
    code.local(Bytecode.LLOAD, RegionFrame.ADDRESS);
    code.local(Bytecode.LLOAD, RegionFrame.BASE);
    code.op(Bytecode.LSUB);
    code.pushLong(1);
    code.op(Bytecode.LOR);
    code.op(Bytecode.LASTORE);
  }
}
