package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.riscv.HartProbe;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * Runs a program on two processors of ours in lockstep and compares everything wherever the
 * examined one stops, which is at random points; there interrupts come, too.
 *
 * <p>The reference follows by the count of retired instructions: in stretches, then one by one.
 */
final class InterpreterJudge implements Judge {
  private static final int BATCH = 100;
  private static final int MOST_BUDGET = 4000;

  /** The reference, too, stops only at a jump: before the last so many it goes one by one. */
  private static final int MARGIN = 96;

  /** Traps one after the other without an instruction between. */
  private static final int MOST_TRAPS = 4;

  private static final int NS_PER_INSTRUCTION = 10;

  /** Makes a machine. */
  @FunctionalInterface
  interface MachineMaker {
    SoftwareMachine make() throws IOException;
  }

  private final MachineMaker references;
  private final MachineMaker examinees;
  private SoftwareMachine reference;
  private SoftwareMachine examined;

  InterpreterJudge(MachineMaker references, MachineMaker examinees) throws IOException {
    this.references = references;
    this.examinees = examinees;
    this.reference = references.make();
    this.examined = examinees.make();
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public boolean portable() {
    return false;
  }

  @Override
  public @Nullable Disagreement check(List<GuestProgram> programs) throws IOException {
    for (GuestProgram program : programs) {
      String difference = difference(program);
      if (difference != null) {
        startAfresh();
        return new Disagreement(program, difference);
      }
    }
    return null;
  }

  /** What was left by a program that failed must not make the next one fail. */
  private void startAfresh() throws IOException {
    close();
    reference = references.make();
    examined = examinees.make();
  }

  private @Nullable String difference(GuestProgram program) {
    SplittableRandom random = new SplittableRandom(~program.seed());
    reference.load(program);
    examined.load(program);
    long first = examined.probe.retired();
    long offset = reference.probe.retired() - first;
    while (examined.probe.retired() - first < SoftwareMachine.MOST_INSTRUCTIONS) {
      VcpuExit exit = examined.probe.poll();
      VcpuExit expected = reference.probe.poll();
      if (SoftwareMachine.isAtEnd(exit) != SoftwareMachine.isAtEnd(expected)) {
        return "%s at the end, where the other %s".formatted(exit, expected);
      }
      if (SoftwareMachine.isAtEnd(exit)) {
        return compare(offset);
      }
      long before = examined.probe.retired();
      examined.probe.execute(budget(random));
      while (!follow(examined.probe.retired() + offset)) {
        // The reference could not stop in time: now it is the other's turn to catch up.
        examined.probe.execute(1);
      }
      followTraps();
      long retired = examined.probe.retired() - before;
      String difference = compare(offset);
      if (difference != null) {
        return "after %d instructions, %s".formatted(examined.probe.retired() - first, difference);
      }
      examined.clock.advance(retired * NS_PER_INSTRUCTION);
      reference.clock.advance(retired * NS_PER_INSTRUCTION);
      if (program.timed() && random.nextInt(3) == 0) {
        boolean timer = random.nextBoolean();
        examined.interrupt(timer);
        reference.interrupt(timer);
      }
    }
    return "it does not end";
  }

  private static int budget(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(16);
      case 1 -> 1 + random.nextInt(300);
      default -> 1 + random.nextInt(MOST_BUDGET);
    };
  }

  /** Brings the reference to a count of instructions; false if it is beyond. */
  private boolean follow(long retired) {
    HartProbe probe = reference.probe;
    while (retired - probe.retired() > MARGIN) {
      probe.execute((int) (retired - probe.retired()) - MARGIN);
    }
    while (probe.retired() < retired) {
      probe.step();
    }
    return probe.retired() == retired;
  }

  /** Has the reference take what traps the other has taken since it last retired an instruction. */
  private void followTraps() {
    HartProbe probe = reference.probe;
    long retired = probe.retired();
    for (int traps = 0;
        traps < MOST_TRAPS
            && probe.programCounter() != examined.probe.programCounter()
            && probe.retired() == retired;
        traps++) {
      probe.step();
    }
  }

  /** The first difference between the two; null if there is none. */
  private @Nullable String compare(long offset) {
    long[] expected = reference.probe.state();
    long[] actual = examined.probe.state();
    expected[expected.length - 1] -= offset;
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      return "%s should be 0x%x and is 0x%x (pc should be 0x%x and is 0x%x)"
          .formatted(
              HartProbe.name(at),
              expected[at],
              actual[at],
              reference.probe.programCounter(),
              examined.probe.programCounter());
    }
    MemorySegment one = reference.arenaView();
    MemorySegment other = examined.arenaView();
    return one.mismatch(other) < 0
        ? null
        : Comparison.difference(
            "the reference", reference.arena(), "the examined", examined.arena());
  }

  @Override
  public void close() {
    reference.close();
    examined.close();
  }
}
