package org.xenoserver.vmm.riscv.translator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which accesses wait for a load; places are in half words, all instructions of two. */
class LoadedValuesTest {
  @Test
  void shouldFindATableIndexedByWhatWasLoaded() {
    assertThat(
            waiting(
                """
                loop:
                  lbu a5, 0(a0)
                  addi a0, a0, 1
                  slli a5, a5, 2
                  add a5, a5, s1
                  lw a4, 0(a5)
                  sw a4, 0(a5)
                  addi a5, s1, 4
                  sw a4, 0(a5)
                  bne a0, a1, loop
                  ret
                """))
        .containsExactlyInAnyOrder(8, 10);
  }

  @Test
  void shouldFindAListThatIsWalked() {
    assertThat(
            waiting(
                """
                loop:
                  ld a3, 8(a0)
                  ld a0, 0(a0)
                  bne a0, zero, loop
                  ret
                """))
        .containsExactlyInAnyOrder(0, 2);
  }

  @Test
  void shouldNotCountWhatWasLoadedBeforeTheLoop() {
    assertThat(
            waiting(
                """
                  ld a0, 0(sp)
                  lw a2, 0(a0)
                loop:
                  lw a3, 0(a0)
                  addi a0, a0, 4
                  bne a0, a1, loop
                  ret
                """))
        .containsExactly(2);
  }

  @Test
  void shouldFollowWhatWasLoadedIntoOtherBlocks() {
    assertThat(
            waiting(
                """
                loop:
                  lw a5, 0(a0)
                  beq a5, zero, next
                  add a4, a5, s1
                  sb zero, 0(a4)
                next:
                  addi a0, a0, 4
                  bne a0, a1, loop
                  ret
                """))
        .containsExactly(6);
  }

  private static Set<Integer> waiting(String program) {
    RegionPlanning planning = new RegionPlanning(100, 0, true, false, Map.of());
    RegionPlan plan =
        requireNonNull(RegionPlanner.plan(CodeOfOnePage.of(program), CodeOfOnePage.BASE, planning));
    return LoadedValues.waitingAccesses(plan);
  }
}
