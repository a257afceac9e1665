package org.xenoserver.vmm.riscv;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** Where a translator plugs in: host code in place of guest code. */
class TranslatedRegionTest {
  private static final int S0 = 8;
  private static final int S1 = 9;

  private static final String LOOP =
      """
        li s0, 0
        li s1, 5000
      loop:
        addi s0, s0, 3
        addi s1, s1, -1
        bnez s1, loop
        csrr s2, instret
        ebreak
      """;

  private final TestMachine machine = new TestMachine(2, bus -> {});
  private final Hart hart = machine.hart();
  private final AtomicInteger entered = new AtomicInteger();
  private final List<Integer> budgets = new ArrayList<>();
  private long loop;
  private long after;

  @BeforeEach
  void load() {
    Program program = machine.load(LOOP);
    loop = program.label("loop");
    after = loop + 12;
  }

  @AfterEach
  void close() {
    machine.close();
  }

  /** What the loop does, up to about a budget of instructions. */
  private int runLoop(Hart on, int budget) {
    entered.incrementAndGet();
    budgets.add(budget);
    int retired = 0;
    do {
      on.x[S0] += 3;
      on.x[S1]--;
      retired += 3;
    } while (on.x[S1] != 0 && retired < budget);
    on.pc = on.x[S1] == 0 ? after : loop;
    return retired;
  }

  private void install(TranslatedRegion region) {
    machine.start(hart, TestMachine.BASE);
    page().install((int) (loop & 0xfff) >>> 1, region);
  }

  private CodePage page() {
    return requireNonNull(hart.instructionFetch.page(loop));
  }

  private long expectedRetired() {
    return 3 + 3 * 5000 + 1 + 1; // the li pair, the loop, csrr, and the handler's wfi
  }

  @Test
  void shouldRunInPlaceOfTheInterpreterAndBeMetered() {
    install(this::runLoop);
    machine.resume(hart);
    assertThat(hart.register(S0)).isEqualTo(15_000);
    assertThat(hart.register(18)).as("instret").isEqualTo(3 + 3 * 5000);
    assertThat(hart.retiredInstructions()).isEqualTo(expectedRetired());
    assertThat(entered).hasValueBetween(8, 9);
    assertThat(budgets).allSatisfy(budget -> assertThat(budget).isBetween(1, 2048));
  }

  @Test
  void shouldHaveTheInterpreterExecuteOneInstructionWhenItReturnsNothing() {
    install((on, budget) -> {
      entered.incrementAndGet();
      return 0;
    });
    machine.resume(hart);
    assertThat(hart.register(S0)).isEqualTo(15_000);
    assertThat(hart.register(18)).isEqualTo(3 + 3 * 5000);
    assertThat(hart.retiredInstructions()).isEqualTo(expectedRetired());
    assertThat(entered).hasValueBetween(5000, 5010);
  }

  @Test
  void shouldLeaveAFaultToTheInterpreterWithPreciseState() {
    Program program =
        machine.load("nop\nbegin: addi s0, s0, 1\nfaulting: ld a3, 0(a2)\naddi s0, s0, 1\nebreak");
    machine.start(hart, TestMachine.BASE);
    page()
        .install(
            (int) (program.label("begin") & 0xfff) >>> 1,
            (on, budget) -> {
              on.x[S0] += 1;
              on.pc = program.label("faulting");
              return 1;
            });
    machine.setRegister("a2", 0x1000);
    machine.setRegister("s0", 10);
    machine.resume(hart);
    assertThat(machine.end())
        .isEqualTo(
            new TestMachine.End(TrapCause.LOAD_ACCESS_FAULT, program.label("faulting"), 0x1000));
    assertThat(machine.register("s0")).isEqualTo(11);
    assertThat(hart.retiredInstructions()).as("nop, the region's one, wfi").isEqualTo(3);
  }

  @Test
  void shouldBePreemptedBetweenRegions() {
    install(this::runLoop);
    hart.preempt();
    assertThat(hart.run(Long.MAX_VALUE)).isEqualTo(VcpuExit.PREEMPTED);
    install((on, budget) -> {
      on.preempt();
      return runLoop(on, budget);
    });
    assertThat(hart.run(Long.MAX_VALUE)).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(hart.programCounter()).isEqualTo(loop);
    assertThat(hart.register(S0)).isEqualTo((5000 - hart.register(S1)) * 3).isPositive();
    assertThat(hart.register(S0)).isLessThan(15_000);
  }

  @Test
  void shouldRunForEveryHartThatEntersThePage() {
    install(this::runLoop);
    Hart other = machine.harts.get(1);
    machine.start(other, TestMachine.BASE);
    machine.resume(other);
    assertThat(entered.get()).isPositive();
    assertThat(other.register(S0)).isEqualTo(15_000);
  }

  @Test
  void shouldStayOverAFenceButNotOverAChangeOfTheCode() {
    install(this::runLoop);
    hart.memoryAccess.flushFetch();
    machine.resume(hart);
    assertThat(entered.get()).isPositive();
    entered.set(0);
    machine.memory.putInt(loop, Assembler.instruction("addi s0, s0, 4"));
    machine.runFrom(TestMachine.BASE);
    assertThat(entered).hasValue(0);
    assertThat(hart.register(S0)).isEqualTo(20_000);
  }

  @Test
  void shouldBeGoneOnceRemoved() {
    install(this::runLoop);
    page().remove((int) (loop & 0xfff) >>> 1);
    machine.resume(hart);
    assertThat(entered).hasValue(0);
    assertThat(hart.register(S0)).isEqualTo(15_000);
  }

  @Test
  void shouldLetTheInterpreterExecuteAnInstructionThatCrossesThePage() {
    machine.load(".org 0xffe\naddi s0, s0, 5\nebreak");
    machine.start(hart, TestMachine.BASE + 0xffe);
    page()
        .install(
            CodePage.SLOTS - 1,
            (on, budget) -> {
              entered.incrementAndGet();
              return 0;
            });
    machine.resume(hart);
    assertThat(entered).hasValue(1);
    assertThat(hart.register(S0)).isEqualTo(5);
    assertThat(machine.end().pc()).isEqualTo(TestMachine.BASE + 0x1002);
  }
}
