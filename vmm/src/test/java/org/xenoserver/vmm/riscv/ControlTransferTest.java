package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.assembler.Program;

/** Jumps, branches, and where they land: within a page, across pages, at odd half words. */
class ControlTransferTest {
  @ParameterizedTest
  @CsvSource({
    "beq, 5, 5, true",
    "beq, 5, 6, false",
    "bne, 5, 6, true",
    "bne, 5, 5, false",
    "blt, -1, 0, true",
    "blt, 0, -1, false",
    "blt, 3, 3, false",
    "bge, 0, -1, true",
    "bge, 3, 3, true",
    "bge, -1, 0, false",
    "bltu, 0, -1, true",
    "bltu, -1, 0, false",
    "bltu, 3, 3, false",
    "bgeu, -1, 0, true",
    "bgeu, 3, 3, true",
    "bgeu, 0, -1, false"
  })
  void shouldBranchOnTheComparison(String branch, long a, long b, boolean taken) {
    try (TestMachine machine = new TestMachine()) {
      machine.setRegister("a1", a);
      machine.setRegister("a2", b);
      machine.run("li a0, 0\n%s a1, a2, there\nebreak\nthere: li a0, 1\nebreak".formatted(branch));
      assertThat(machine.register("a0")).isEqualTo(taken ? 1 : 0);
    }
  }

  @Test
  void shouldLinkPastTheJumpWhateverItsLength() {
    try (TestMachine machine = new TestMachine()) {
      Program program =
          machine.load(
              """
                la t0, third
                c.nop: c.addi x0, 0
                jal ra, second
              afterJal: ebreak
              second:
                mv s0, ra
                c.jalr t0
              afterCompressed: ebreak
              third:
                mv s1, ra
                ebreak
              """
                  .replace("c.nop: ", ""));
      machine.runFrom(TestMachine.BASE);
      assertThat(machine.register("s0")).isEqualTo(program.label("afterJal"));
      assertThat(machine.register("s1")).isEqualTo(program.label("afterCompressed"));
    }
  }

  @Test
  void shouldJumpThroughTheRegisterThatItAlsoLinks() {
    try (TestMachine machine = new TestMachine()) {
      Program program = machine.load("la ra, there\njalr ra, ra, 1\nback: ebreak\nthere: ebreak");
      machine.runFrom(TestMachine.BASE);
      assertThat(machine.end().pc()).isEqualTo(program.label("there"));
      assertThat(machine.register("ra")).isEqualTo(program.label("back"));
    }
  }

  @Test
  void shouldCrossPagesForwardsAndBackwards() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li a0, 0
            li a1, 3
            j far
          back:
            addi a1, a1, -1
            beqz a1, done
            j far
          done:
            ebreak
            .org 0x1ffc
          far:
            addi a0, a0, 1
            j back
          """);
      assertThat(machine.register("a0")).isEqualTo(3);
    }
  }

  @Test
  void shouldExecuteAnInstructionThatCrossesThePage() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li a0, 0
            li a1, 2
            j loop
            .org 0xffa
          loop:
            c.addi a0, 1
            c.addi a1, -1
            bnez a1, loop
            c.ebreak
          """);
      assertThat(machine.end().pc()).isEqualTo(TestMachine.BASE + 0x1002);
      assertThat(machine.register("a0")).isEqualTo(2);
    }
  }

  @Test
  void shouldRunFromOnePageIntoTheNext() {
    try (TestMachine machine = new TestMachine()) {
      machine.load(
          TestMachine.BASE + 0xff8, "addi a0, a0, 1\naddi a0, a0, 1\naddi a0, a0, 1\nebreak");
      machine.setRegister("a0", 10);
      machine.runFrom(TestMachine.BASE + 0xff8);
      assertThat(machine.register("a0")).isEqualTo(13);
    }
  }

  @Test
  void shouldFaultAtAJumpOutOfMemory() {
    try (TestMachine machine = new TestMachine()) {
      machine.run("li t0, 0x40000000\njr t0");
      assertThat(machine.end())
          .isEqualTo(new TestMachine.End(TrapCause.FETCH_ACCESS_FAULT, 0x40000000L, 0x40000000L));
    }
  }
}
