package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counters the guest sees and the one it is billed by. */
class CounterTest {
  private final TestMachine machine = new TestMachine();
  private final Hart hart = machine.hart();

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void shouldCountEveryInstructionExactly() {
    machine.run(
        """
          csrr s0, instret
          nop
          c.addi s1, 1
          beq x0, x0, next
          nop
        next:
          csrr s2, instret
          ld t0, 0(sp)        # faults: mepc is 0, so it is not retired
          ebreak
        """);
    assertThat(machine.register("s2") - machine.register("s0")).isEqualTo(4);
  }

  @Test
  void shouldNotCountWhatTraps() {
    machine.load(
        """
          la t0, handler
          csrw mtvec, t0
          csrr s0, instret
          ebreak              # not retired
          lw t1, 0(x0)        # nor this
          .word 0             # nor this
          csrr s1, instret
          li t0, 0x%x
          csrw mtvec, t0
          ebreak
          .org 0x800
        handler:
          csrr t0, mepc       # four instructions for each of three traps
          addi t0, t0, 4
          csrw mepc, t0
          mret
        """
            .formatted(TestMachine.HALT));
    machine.runFrom(TestMachine.BASE);
    assertThat(machine.register("s1") - machine.register("s0")).isEqualTo(1 + 3 * 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000, 5000, 100_000})
  void shouldTellTheSchedulerTheSameCount(int rounds) {
    long before = hart.retiredInstructions();
    machine.run("li s0, %d\nloop: addi s0, s0, -1\nbnez s0, loop\nebreak".formatted(rounds));
    int load = rounds >= 2048 ? 2 : 1;
    // The ebreak is not retired; the handler's wfi is.
    assertThat(hart.retiredInstructions() - before).isEqualTo(load + 2L * rounds + 1);
  }

  @Test
  void shouldReadBackWhatIsWrittenToMinstret() {
    machine.run(
        """
          li s0, 1000
          csrw minstret, s0
          csrr s1, minstret
          nop
          csrr s2, minstret
          csrrw s3, minstret, x0
          csrr s4, minstret
          ebreak
        """);
    assertThat(machine.register("s1")).isEqualTo(1000);
    assertThat(machine.register("s2")).isEqualTo(1002);
    assertThat(machine.register("s3")).isEqualTo(1003);
    assertThat(machine.register("s4")).isZero();
    assertThat(hart.retiredInstructions()).as("billing is not the guest's to write").isPositive();
  }

  @Test
  void shouldTakeTimeFromTheInjectedClockAtTenMegahertz() {
    machine.run("csrr s0, time\nebreak");
    machine.clock.advance(1_000_000_000L - machine.clock.wallNs() % 100);
    long before = machine.timebase.ticks();
    machine.load("csrr s1, time\nebreak");
    machine.start(hart, TestMachine.BASE);
    hart.run(machine.clock.wallNs() + 1);
    assertThat(machine.register("s1")).isEqualTo(before);
    assertThat(machine.register("s1") - machine.register("s0")).isBetween(9_999_990L, 10_000_010L);
  }

  @Test
  void shouldSetMcycle() {
    machine.load("li s0, 5000\ncsrw mcycle, s0\ncsrr s1, cycle\ncsrr s2, mcycle\nebreak");
    machine.start(hart, TestMachine.BASE);
    hart.run(machine.clock.wallNs() + 1);
    assertThat(machine.register("s1")).isEqualTo(5000);
    assertThat(machine.register("s2")).isEqualTo(5000);
  }
}
