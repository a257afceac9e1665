package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Calls that return in order, and returns that go elsewhere than to the last call. */
class CallTest {
  @Test
  void shouldReturnFromCallsDeeperThanAnyHostStackHolds() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            la sp, 0x80100000
            li a0, 20000
            li a1, 0
            jal ra, sum
            ebreak
          sum:
            beq a0, x0, none
            addi sp, sp, -16
            sd ra, 0(sp)
            sd a0, 8(sp)
            addi a0, a0, -1
            jal ra, sum
            ld a0, 8(sp)
            ld ra, 0(sp)
            addi sp, sp, 16
            add a1, a1, a0
          none:
            jalr x0, ra, 0
          """);
      assertThat(machine.register("a1")).isEqualTo(20000L * 20001 / 2);
    }
  }

  @Test
  void shouldReturnPastItsCaller() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li s0, 0
            li s1, 1000
          again:
            jal ra, outer
            addi s0, s0, 1
            addi s1, s1, -1
            bne s1, x0, again
            ebreak
          outer:
            mv s2, ra
            jal ra, inner
            addi s0, s0, 1000
            jalr x0, s2, 0
          inner:
            jalr x0, s2, 0
          """);
      assertThat(machine.register("s0")).isEqualTo(1000);
    }
  }

  @Test
  void shouldSwitchBetweenTwoStacksOfCalls() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li s0, 0
            li s1, 0
            li s2, 500
            la t1, second
          first:
            jal ra, switch
            addi s0, s0, 1
            addi s2, s2, -1
            bne s2, x0, first
            ebreak
          second:
            addi s1, s1, 1
            jal ra, switch
            j second
          switch:
            mv t2, ra
            mv ra, t1
            mv t1, t2
            jalr x0, ra, 0
          """);
      assertThat(machine.register("s0")).isEqualTo(500);
      assertThat(machine.register("s1")).isEqualTo(500);
    }
  }

  @Test
  void shouldGoOnWithTheCodeThatTheCalleeLeftBehind() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li s0, 0
            li s1, 50
            la s2, patched
            lw s3, 0(s2)
            la s4, other
            lw s4, 0(s4)
          again:
            jal ra, swap
          patched:
            addi s0, s0, 1
            addi s1, s1, -1
            bne s1, x0, again
            ebreak
          swap:
            sw s4, 0(s2)
            fence.i
            mv s5, s3
            mv s3, s4
            mv s4, s5
            jalr x0, ra, 0
          other:
            addi s0, s0, 100
          """);
      assertThat(machine.register("s0")).isEqualTo(25 * 100 + 25);
    }
  }
}
