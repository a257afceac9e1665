package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Program;

/** Code that changes: FENCE.I on one hart, and remote fences between running harts. */
@Timeout(30)
class CodeCoherenceTest {
  private static final long DATA = TestMachine.BASE + 0x4000;

  private static SupervisorEnvironment fencing(TestMachine machine, boolean translations) {
    return caller -> machine.harts.forEach(hart -> hart.fenceFrom(caller, translations));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x1000})
  void shouldExecuteChangedCodeAfterFenceI(int distance) {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li s0, 0
            li s1, 1
            li s3, 100
            la s2, patched
            li s5, 0x%x
          loop:
            jalr ra, s2, 0
            # Make the immediate one greater.
            lw t0, 0(s2)
            add t0, t0, s5
            sw t0, 0(s2)
            fence.i
            addi s1, s1, 1
            bne s1, s3, loop
            ebreak
            .zero %d
          patched:
            addi s0, s0, 1
            ret
          """
              .formatted(1 << 20, distance));
      assertThat(machine.register("s0")).isEqualTo(99 * 100 / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sw t0, 0(s2)",
        "sh t0, 0(s2)\nsrli t0, t0, 16\nsh t0, 2(s2)",
        "amoswap.w x0, t0, (s2)",
        "lr.w t1, (s2)\nsc.w t1, t0, (s2)",
        "sd t0, -8(sp)\nfld f0, -8(sp)\nfsw f0, 0(s2)"
      })
  void shouldExecuteCodeChangedByAnyStoreAmongStoresToItsPage(String store) {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li s0, 0
            li s1, 1
            li s3, 100
            li t0, 0x6000        # floating point on
            csrs mstatus, t0
            la s2, patched
            li sp, 0x%x
            li s5, 0x100000
          loop:
            jalr ra, s2, 0
            sd s1, 8(s2)         # beside the code: nothing changes, but the page may be stored to
            fence.i
            jalr ra, s2, 0
            lw t0, 0(s2)
            add t0, t0, s5
            %s
            fence.i
            addi s1, s1, 1
            bne s1, s3, loop
            ebreak
            .org 0x2000
          patched:
            addi s0, s0, 1
            ret
          """
              .formatted(DATA, store));
      assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
      assertThat(machine.register("s0")).isEqualTo(99 * 100);
    }
  }

  @Test
  void shouldExecuteCodeStoredByWayOfAnotherAddress() {
    long alias = 0x1000;
    long patched = TestMachine.BASE + 0x1000;
    try (TestMachine machine = new TestMachine()) {
      PageTables tables =
          new PageTables(machine.memory, 3, TestMachine.BASE + 0x100000)
              .map(TestMachine.BASE, TestMachine.BASE, PageTables.RX)
              .map(patched, patched, PageTables.RX)
              .map(alias, patched, PageTables.RW);
      machine.load(
          """
            li s0, 0
            li s1, 1
            li s3, 100
            la s2, patched
            li s4, 0x%x
            li s5, 0x100000
          loop:
            jalr ra, s2, 0
            lw t0, 0(s4)
            add t0, t0, s5
            sw t0, 0(s4)
            fence.i
            addi s1, s1, 1
            bne s1, s3, loop
            ebreak
            .org 0x1000
          patched:
            addi s0, s0, 1
            ret
          """
              .formatted(alias));
      machine.enter(Privilege.SUPERVISOR, TestMachine.BASE, tables.satp(1));
      machine.resume(machine.hart());
      assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
      assertThat(machine.register("s0")).isEqualTo(99 * 100 / 2);
    }
  }

  @Test
  void shouldExecuteAllOfManyPagesChangedBeforeOneFence() {
    int pages = 150;
    try (TestMachine machine = new TestMachine()) {
      long first = TestMachine.BASE + 0x10000;
      for (int i = 0; i < pages; i++) {
        machine.load(first + 0x1000L * i, "addi s0, s0, 1\nret");
      }
      machine.run(
          """
            li s0, 0
            li s1, 1
            li s3, 20
            li s4, 0x%x
            li s5, 0x100000
            li s6, 0x1000
          round:
            mv s2, s4
            li s7, %d
          calls:
            jalr ra, s2, 0
            lw t0, 0(s2)
            add t0, t0, s5
            sw t0, 0(s2)
            add s2, s2, s6
            addi s7, s7, -1
            bnez s7, calls
            fence.i
            addi s1, s1, 1
            bne s1, s3, round
            ebreak
          """
              .formatted(first, pages));
      assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
      assertThat(machine.register("s0")).isEqualTo((long) pages * 19 * 20 / 2);
    }
  }

  @Test
  void shouldExecuteWhatWasLoadedOverOldCode() {
    try (TestMachine machine = new TestMachine()) {
      machine.run("li s0, 1\nebreak");
      machine.run("li s0, 2\nebreak");
      assertThat(machine.register("s0")).isEqualTo(2);
    }
  }

  @Test
  void shouldShowAnotherHartChangedCodeAfterARemoteFence() {
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      // Hart 1 calls a routine for ever; hart 0 changes it, fences, and only then counts as done.
      SupervisorEnvironment fence = fencing(machine, false);
      machine.harts.forEach(hart -> hart.setEnvironment(fence));
      machine.load(
          """
            li s4, 0x%x
            li s6, 300           # rounds
            mv t0, a0            # the hart's id
            la s2, patched
            li s5, 0x100000
            beqz t0, writer
          reader:
            ld s7, 0(s4)         # announced before the call: the code must be at least this new
            jalr ra, s2, 0
            blt s0, s7, wrong
            bne s7, s6, reader
            j finish
          writer:
            li s1, 0
          change:
            lw t2, 0(s2)
            add t2, t2, s5
            sw t2, 0(s2)
            addi s1, s1, 1
            ecall
            sd s1, 0(s4)
            bne s1, s6, change
            j finish
          wrong:
            li s8, 1
          finish:
            wfi
            j finish
            .org 0x2000
          patched:
            addi s0, x0, 0
            ret
          """
              .formatted(DATA));
      HartThreads.run(machine, HartStart.SUPERVISOR);
      assertThat(machine.harts.get(1).register(24)).as("old code was run").isZero();
      assertThat(machine.harts.get(1).register(8)).isEqualTo(300);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotDeadlockWhenHartsFenceEachOther(boolean translations) {
    try (TestMachine machine = new TestMachine(3, bus -> {})) {
      SupervisorEnvironment fence = fencing(machine, translations);
      machine.harts.forEach(hart -> hart.setEnvironment(fence));
      machine.load(
          """
            li s1, 500
          loop:
            ecall
            addi s1, s1, -1
            bnez s1, loop
          finish:
            wfi
            j finish
          """);
      HartThreads.run(machine, HartStart.SUPERVISOR);
      for (Hart hart : machine.harts) {
        assertThat(hart.register(9)).isZero();
        assertThat(hart.exits().sbi()).isEqualTo(500);
      }
    }
  }

  @Test
  void shouldNotWaitForAHartThatDoesNotRunButFenceItBeforeItDoes() {
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      Hart idle = machine.harts.get(1);
      machine.load("call routine\nebreak\nroutine: li s0, 1\nret");
      machine.start(idle, TestMachine.BASE);
      machine.resume(idle);
      assertThat(idle.register(8)).isEqualTo(1);
      Program changed = machine.load("call routine\nebreak\nroutine: li s0, 2\nret");
      idle.fenceFrom(machine.hart(), false);
      // Without a reset: on from where a running hart would be.
      idle.pc = changed.label("routine");
      idle.setInterrupt(Interrupt.MACHINE_SOFTWARE, true);
      idle.csrs.write(Csr.MIE, Interrupt.MACHINE_SOFTWARE);
      machine.clock.setStepNs(1);
      idle.run(machine.clock.wallNs() + 5);
      assertThat(idle.register(8)).isEqualTo(2);
    }
  }
}
