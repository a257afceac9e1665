package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** WFI, wake-ups, timers and what the scheduler is told about them. */
class WaitForInterruptTest {
  private static final long BASE = TestMachine.BASE;
  private static final long TICK_NS = 100;
  private final TestMachine machine = new TestMachine();
  private final Hart hart = machine.hart();
  private final AtomicInteger wakes = new AtomicInteger();

  @BeforeEach
  void waitInTheGuest() {
    hart.onWake(wakes::incrementAndGet);
    machine.load("wfi\nli s0, 1\nloop: j loop");
    machine.start(hart, BASE);
    wakes.set(0);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private VcpuExit runOn() {
    machine.clock.setStepNs(1);
    VcpuExit exit = hart.run(machine.clock.wallNs() + 10);
    machine.clock.setStepNs(0);
    return exit;
  }

  @Test
  void shouldGiveTheProcessorBackAndStayThere() {
    assertThat(runOn()).isEqualTo(VcpuExit.WAITING);
    assertThat(hart.programCounter()).isEqualTo(BASE + 4);
    assertThat(hart.isRunnable()).isFalse();
    assertThat(hart.timerDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    assertThat(runOn()).isEqualTo(VcpuExit.WAITING);
    assertThat(machine.register("s0")).isZero();
    assertThat(hart.exits().waiting()).isEqualTo(2);
  }

  @Test
  void shouldGoOnWithoutATrapWhenInterruptsAreOff() {
    hart.csrs.write(Csr.MIE, Interrupt.MACHINE_EXTERNAL);
    assertThat(runOn()).isEqualTo(VcpuExit.WAITING);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    assertThat(wakes).hasValue(1);
    assertThat(hart.isRunnable()).isTrue();
    assertThat(runOn()).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(machine.register("s0")).isEqualTo(1);
  }

  @Test
  void shouldTakeAnExpiredTimerThatIsLetInForAMomentOnly() {
    machine.load(
        """
        loop:
          wfi
          csrsi mstatus, 8
          csrci mstatus, 8
          j loop
        """);
    machine.start(hart, BASE);
    hart.csrs.write(Csr.MIE, Interrupt.MACHINE_TIMER);
    hart.setMachineTimeCompare(0);
    runOn();
    assertThat(hart.exits().interrupts()).isPositive();
    assertThat(hart.csrs.read(Csr.MEPC)).isEqualTo(BASE + 8);
  }

  @Test
  void shouldReturnBehindTheWaitWhenTheInterruptIsTaken() {
    hart.csrs.write(Csr.MIE, Interrupt.MACHINE_EXTERNAL);
    hart.csrs.write(Csr.MSTATUS, Csr.STATUS_MIE);
    runOn();
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    hart.run(machine.clock.wallNs());
    assertThat(hart.csrs.read(Csr.MEPC)).isEqualTo(BASE + 4);
    assertThat(hart.exits().interrupts()).isEqualTo(1);
  }

  @Test
  void shouldNotWaitWhenAnInterruptIsPendingAlready() {
    hart.csrs.write(Csr.MIE, Interrupt.MACHINE_EXTERNAL);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    assertThat(runOn()).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(machine.register("s0")).isEqualTo(1);
  }

  @Test
  void shouldSleepOnAtAnInterruptThatIsNotEnabled() {
    runOn();
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    assertThat(hart.isRunnable()).isFalse();
    assertThat(runOn()).isEqualTo(VcpuExit.WAITING);
  }

  @Test
  void shouldNotWakeForALevelItHasAlreadyNorForALineThatFalls() {
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, false);
    assertThat(wakes).hasValue(1);
  }

  @Test
  void shouldTellWhenTheSupervisorTimerFires() {
    hart.csrs.write(Csr.MENVCFG, Csr.ENVCFG_STCE);
    hart.csrs.write(Csr.MIE, Interrupt.SUPERVISOR_TIMER);
    long ticks = machine.timebase.ticks() + 50;
    hart.csrs.write(Csr.STIMECMP, ticks);
    assertThat(runOn()).isEqualTo(VcpuExit.WAITING);
    assertThat(hart.isRunnable()).isFalse();
    assertThat(hart.timerDeadlineNs()).isEqualTo(machine.timebase.monotonicNsAt(ticks));
    machine.clock.advance(hart.timerDeadlineNs() - 1 - machine.clock.wallNs());
    assertThat(hart.isRunnable()).isFalse();
    machine.clock.advance(1);
    assertThat(hart.isRunnable()).isTrue();
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(Interrupt.SUPERVISOR_TIMER);
    assertThat(runOn()).isEqualTo(VcpuExit.PREEMPTED);
    // Writing a later time takes the interrupt away again.
    hart.csrs.write(Csr.STIMECMP, -1);
    assertThat(hart.csrs.read(Csr.MIP)).isZero();
  }

  @Test
  void shouldIgnoreStimecmpWithoutStce() {
    hart.csrs.write(Csr.MENVCFG, 0);
    hart.csrs.write(Csr.MIE, Interrupt.SUPERVISOR_TIMER);
    hart.csrs.write(Csr.STIMECMP, 0);
    assertThat(hart.csrs.read(Csr.MIP)).isZero();
    assertThat(hart.timerDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    hart.csrs.write(Csr.MIP, Interrupt.SUPERVISOR_TIMER);
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(Interrupt.SUPERVISOR_TIMER);
  }

  @Test
  void shouldTellTheEarlierOfTwoTimersAndWakeWhenItsComparatorIsSet() {
    hart.csrs.write(Csr.MENVCFG, Csr.ENVCFG_STCE);
    hart.csrs.write(Csr.MIE, Interrupt.SUPERVISOR_TIMER | Interrupt.MACHINE_TIMER);
    hart.setMachineTimeCompare(500);
    assertThat(wakes).hasValue(1);
    hart.csrs.write(Csr.STIMECMP, 400);
    assertThat(hart.timerDeadlineNs()).isEqualTo(1_000_000_000L + 400 * TICK_NS);
    hart.csrs.write(Csr.STIMECMP, 600);
    assertThat(hart.timerDeadlineNs()).isEqualTo(1_000_000_000L + 500 * TICK_NS);
    assertThat(hart.machineTimeCompare()).isEqualTo(500);
  }

  @Test
  void shouldRunTheWaitersTimerHandlerOnTime() {
    machine.load(
        """
          csrr s1, time
          addi s1, s1, 20
          csrw stimecmp, s1
          li t0, 0x20
          csrw mie, t0
        again:
          wfi
          csrr s2, time
          bltu s2, s1, again
          ebreak
        """);
    machine.start(hart, BASE);
    hart.csrs.write(Csr.MENVCFG, Csr.ENVCFG_STCE);
    for (runOn(); hart.csrs.read(Csr.MCAUSE) != TrapCause.BREAKPOINT; runOn()) {
      long deadline = hart.timerDeadlineNs();
      assertThat(deadline).isBetween(machine.clock.wallNs(), machine.clock.wallNs() + 20 * TICK_NS);
      machine.clock.advance(deadline - machine.clock.wallNs());
    }
    assertThat(machine.register("s2")).isEqualTo(machine.register("s1"));
  }

  @Test
  void shouldBeStoppedUntilStarted() {
    hart.stop();
    assertThat(runOn()).isEqualTo(VcpuExit.STOPPED);
    assertThat(hart.isStopped()).isTrue();
    assertThat(hart.isRunnable()).isFalse();
    assertThat(hart.start(new HartStart(BASE + 4, HartStart.SUPERVISOR, 5, 6))).isTrue();
    assertThat(wakes).hasValue(1);
    assertThat(hart.isStopped()).isFalse();
    assertThat(hart.isRunnable()).isTrue();
    assertThat(hart.start(new HartStart(BASE, HartStart.SUPERVISOR, 0, 0))).isFalse();
    hart.run(machine.clock.wallNs());
    assertThat(hart.programCounter()).isEqualTo(BASE + 4);
    assertThat(machine.register("a0")).isEqualTo(hart.id());
    assertThat(machine.register("a1")).isEqualTo(5);
    assertThat(machine.register("a2")).isEqualTo(6);
    assertThat(hart.privilege).isEqualTo(Privilege.SUPERVISOR);
  }

  @Test
  void shouldOfferItsProcessorToOthersWhenItSpins() {
    Program program = machine.load("li s0, 0\nspin: addi s0, s0, 1\npause\nnext: j spin");
    machine.start(hart, BASE);
    assertThat(hart.run(Long.MAX_VALUE)).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(machine.register("s0")).isEqualTo(64);
    assertThat(hart.programCounter()).isEqualTo(program.label("next"));
    assertThat(hart.retiredInstructions()).isEqualTo(1 + 3 * 64 - 1);
    assertThat(hart.run(Long.MAX_VALUE)).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(machine.register("s0")).isEqualTo(128);
  }
}
