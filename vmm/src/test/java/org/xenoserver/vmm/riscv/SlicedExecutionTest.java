package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** A program's result does not depend on how its time was cut into slices. */
@Timeout(30)
class SlicedExecutionTest {
  private static final long DATA = TestMachine.BASE + 0x10000;

  /** All a guest could see of a hart, and its memory. */
  private record State(
      String integers, String floats, long pc, long flags, long retired, int data) {
    static State of(TestMachine machine) {
      Hart hart = machine.hart();
      byte[] data = new byte[8192];
      machine.memory.read(DATA, data, 0, data.length);
      return new State(
          Arrays.toString(IntStream.range(0, 32).mapToLong(hart::register).toArray()),
          Arrays.toString(hart.f),
          hart.pc,
          hart.csrs.read(Csr.FFLAGS),
          hart.retiredInstructions(),
          Arrays.hashCode(data));
    }
  }

  private static void load(TestMachine machine, long seed) {
    Random random = new Random(seed);
    machine.load(RandomProgram.source(random, DATA, 400, 300));
    byte[] data = new byte[8192];
    random.nextBytes(data);
    machine.memory.write(DATA, data, 0, data.length);
    machine.start(machine.hart(), TestMachine.BASE);
    machine.hart().csrs.floatingPointDirty();
  }

  private static State atOnce(long seed) {
    try (TestMachine machine = new TestMachine()) {
      load(machine, seed);
      assertThat(machine.hart().run(Long.MAX_VALUE)).isEqualTo(VcpuExit.WAITING);
      assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
      return State.of(machine);
    }
  }

  @Test
  void shouldLookAtTheClockAfterFewerInstructionsWhereTheseTakeLong() {
    try (TestMachine machine = new TestMachine()) {
      machine.load("loop: j loop");
      machine.start(machine.hart(), TestMachine.BASE);
      machine.clock.setStepNs(1_000_000);
      machine.hart().run(machine.clock.wallNs() + 20_000_000);
      assertThat(machine.hart().retiredInstructions())
          .as("instructions between some 20 looks that are each a millisecond apart")
          .isBetween(20L * ChunkLength.SHORTEST / 2, 20L * ChunkLength.LONGEST / 4);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldGiveTheSameResultInTinySlices(long seed) {
    Random random = new Random(seed);
    try (TestMachine machine = new TestMachine()) {
      load(machine, seed);
      Hart hart = machine.hart();
      machine.clock.setStepNs(1);
      int slices = 0;
      VcpuExit exit = VcpuExit.PREEMPTED;
      while (exit == VcpuExit.PREEMPTED) {
        if (random.nextInt(4) == 0) {
          hart.preempt();
        }
        exit = hart.run(machine.clock.wallNs() + random.nextInt(5));
        slices++;
      }
      assertThat(slices).as("slices, seed %d", seed).isGreaterThan(2);
      assertThat(State.of(machine)).as("seed %d", seed).isEqualTo(atOnce(seed));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void shouldGiveTheSameResultWhenAnotherThreadPreempts(long seed) throws Exception {
    try (TestMachine machine = new TestMachine();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      load(machine, seed);
      Hart hart = machine.hart();
      hart.preempt(); // Once for certain: the program may end before the other thread is there.
      Future<Integer> run =
          threads.submit(() -> {
            int slices = 0;
            while (hart.run(Long.MAX_VALUE) == VcpuExit.PREEMPTED) {
              slices++;
            }
            return slices;
          });
      while (!run.isDone()) {
        hart.preempt();
        Thread.onSpinWait();
      }
      assertThat(run.get()).isPositive();
      assertThat(State.of(machine)).as("seed %d", seed).isEqualTo(atOnce(seed));
    }
  }

  @Test
  void shouldReturnFromAnEndlessLoopWhenPreempted() throws Exception {
    try (TestMachine machine = new TestMachine();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Program program = machine.load("loop: addi s0, s0, 1\nmiddle: addi s1, s1, 1\nj loop");
      Hart hart = machine.hart();
      machine.start(hart, TestMachine.BASE);
      Future<VcpuExit> run = threads.submit(() -> hart.run(Long.MAX_VALUE));
      while (hart.retiredInstructions() == 0) {
        Thread.onSpinWait();
      }
      hart.preempt();
      assertThat(run.get()).isEqualTo(VcpuExit.PREEMPTED);
      boolean between = hart.programCounter() == program.label("middle");
      assertThat(machine.register("s0") - machine.register("s1")).isEqualTo(between ? 1 : 0);
      assertThat(hart.exits().preempted()).isEqualTo(2);
    }
  }

  @Test
  void shouldReturnAtOnceWhenPreemptedBeforeItRuns() {
    try (TestMachine machine = new TestMachine()) {
      machine.load("loop: addi s0, s0, 1\nj loop");
      machine.start(machine.hart(), TestMachine.BASE);
      machine.hart().preempt();
      assertThat(machine.hart().run(Long.MAX_VALUE)).isEqualTo(VcpuExit.PREEMPTED);
      assertThat(machine.register("s0")).isZero();
    }
  }

  @Test
  void shouldRunNothingOnceTheDeadlineHasPassed() {
    try (TestMachine machine = new TestMachine()) {
      machine.load("loop: addi s0, s0, 1\nj loop");
      machine.start(machine.hart(), TestMachine.BASE);
      assertThat(machine.hart().run(machine.clock.wallNs())).isEqualTo(VcpuExit.PREEMPTED);
      assertThat(machine.register("s0")).isZero();
    }
  }
}
