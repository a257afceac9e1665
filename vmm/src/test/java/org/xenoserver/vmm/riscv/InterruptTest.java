package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which interrupt is taken when, where it goes, and what mip shows. */
class InterruptTest {
  private static final long BASE = TestMachine.BASE;
  private final TestMachine machine = new TestMachine();
  private final Hart hart = machine.hart();

  /** A loop that the handler at HALT ends. */
  @BeforeEach
  void loadLoop() {
    machine.load("loop: addi s0, s0, 1\nj loop");
    machine.start(hart, BASE);
    hart.csrs.protection.admitAll();
    hart.csrs.write(Csr.MIDELEG, 0);
  }

  @AfterEach
  void close() {
    machine.close();
  }

  private void in(int privilege) {
    hart.privilege = privilege;
    hart.memoryAccess.contextChanged();
  }

  /** Runs a program whose handler finds the interrupt still pending and so never waits. */
  private void runBriefly(String source) {
    machine.load(source);
    machine.start(hart, BASE);
    machine.clock.setStepNs(1);
    hart.run(machine.clock.wallNs() + 10);
  }

  private static long interrupt(int number) {
    return Long.MIN_VALUE | number;
  }

  @Test
  void shouldTakeTheInterruptOfHighestPriorityFirst() {
    int[] order = {11, 3, 7, 9, 1, 5};
    hart.csrs.write(Csr.MIE, -1);
    int pending = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      pending |= 1 << order[i];
      machine.start(hart, BASE);
      hart.csrs.write(Csr.MIE, -1);
      hart.csrs.write(Csr.MSTATUS, Csr.STATUS_MIE);
      hart.csrs.write(Csr.MIP, pending & Interrupt.SUPERVISOR);
      hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, (pending & Interrupt.MACHINE_SOFTWARE) != 0);
      hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, (pending & Interrupt.MACHINE_EXTERNAL) != 0);
      hart.setMachineTimeCompare((pending & Interrupt.MACHINE_TIMER) != 0 ? 0 : -1);
      // The handler waits with the interrupt pending: run no further than its entry.
      hart.preempt();
      hart.run(machine.clock.wallNs() + 1);
      hart.run(machine.clock.wallNs());
      assertThat(hart.csrs.read(Csr.MCAUSE)).isEqualTo(interrupt(order[i]));
    }
  }

  @ParameterizedTest
  @CsvSource({"3, false, false", "3, true, true", "1, false, true", "0, false, true"})
  void shouldTakeMachineInterruptsAlwaysBelowMachineMode(
      int privilege, boolean enabled, boolean taken) {
    hart.csrs.write(Csr.MIE, Interrupt.MACHINE_SOFTWARE);
    hart.csrs.write(Csr.MSTATUS, enabled ? Csr.STATUS_MIE : 0);
    hart.csrs.write(Csr.MCAUSE, 0);
    in(privilege);
    hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, true);
    hart.run(machine.clock.wallNs());
    assertThat(hart.csrs.read(Csr.MCAUSE)).isEqualTo(taken ? interrupt(3) : 0);
    assertThat(hart.csrs.read(Csr.MEPC) == BASE && taken || !taken).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "3, true, false", // delegated: never in M-mode
    "1, false, false",
    "1, true, true",
    "0, false, true"
  })
  void shouldTakeDelegatedInterruptsInSupervisor(int privilege, boolean enabled, boolean taken) {
    hart.csrs.write(Csr.MIDELEG, -1);
    hart.csrs.write(Csr.STVEC, BASE + 0x2000);
    hart.csrs.write(Csr.SIE, Interrupt.SUPERVISOR_EXTERNAL);
    hart.csrs.write(Csr.MSTATUS, enabled ? Csr.STATUS_SIE | Csr.STATUS_MIE : 0);
    in(privilege);
    hart.setInterrupt(Interrupt.SUPERVISOR_EXTERNAL, true);
    hart.run(machine.clock.wallNs());
    assertThat(hart.programCounter()).isEqualTo(taken ? BASE + 0x2000 : BASE);
    assertThat(hart.csrs.read(Csr.SCAUSE)).isEqualTo(taken ? interrupt(9) : 0);
  }

  @Test
  void shouldNotTakeAnInterruptThatIsNotEnabled() {
    hart.csrs.write(Csr.MIE, Interrupt.ALL & ~Interrupt.MACHINE_EXTERNAL);
    hart.csrs.write(Csr.MSTATUS, Csr.STATUS_MIE);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    hart.run(machine.clock.wallNs());
    assertThat(hart.programCounter()).isEqualTo(BASE);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 11})
  void shouldGoToTheVectorOfTheInterrupt(int number) {
    hart.csrs.write(Csr.MTVEC, BASE + 0x2000 | 1);
    hart.csrs.write(Csr.MIE, 1L << number);
    hart.csrs.write(Csr.MSTATUS, Csr.STATUS_MIE);
    hart.setInterrupt(1 << number, true);
    if (number == 7) {
      hart.setMachineTimeCompare(0);
    }
    hart.run(machine.clock.wallNs());
    assertThat(hart.programCounter()).isEqualTo(BASE + 0x2000 + 4L * number);
  }

  @Test
  void shouldTakeAnInterruptRightAfterTheInstructionThatOpensIt() {
    hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, true);
    runBriefly("li t0, 8\ncsrw mie, t0\ncsrsi mstatus, 8\nli s1, 1\nebreak");
    assertThat(hart.csrs.read(Csr.MEPC)).isEqualTo(BASE + 12);
    assertThat(machine.register("s1")).isZero();
    assertThat(hart.csrs.read(Csr.MCAUSE)).isEqualTo(interrupt(3));
  }

  @Test
  void shouldTakeAnInterruptRightAfterTheReturnThatOpensIt() {
    hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, true);
    runBriefly(
        """
          li t0, 8
          csrw mie, t0
          li t0, 0x1880
          csrw mstatus, t0
          la t0, next
          csrw mepc, t0
          mret
        next:
          li s1, 1
          ebreak
        """);
    assertThat(hart.csrs.read(Csr.MCAUSE)).isEqualTo(interrupt(3));
    assertThat(machine.register("s1")).isZero();
  }

  @Test
  void shouldShowTheLevelOfTheLinesInMip() {
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, true);
    hart.setInterrupt(Interrupt.SUPERVISOR_EXTERNAL, true);
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(0xa00);
    hart.setInterrupt(Interrupt.MACHINE_EXTERNAL, false);
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(0x200);
  }

  @Test
  void shouldNotLatchTheLineWhenSoftwareSetsAnotherBit() {
    hart.setInterrupt(Interrupt.SUPERVISOR_EXTERNAL, true);
    machine.run("csrsi mip, 2\nebreak");
    hart.setInterrupt(Interrupt.SUPERVISOR_EXTERNAL, false);
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(2);
  }

  @Test
  void shouldKeepARemoteSoftwareInterruptUntilTheGuestClearsIt() {
    hart.csrs.write(Csr.MIDELEG, -1);
    hart.setInterrupt(Interrupt.SUPERVISOR_SOFTWARE, true);
    assertThat(hart.csrs.read(Csr.SIP)).isEqualTo(2);
    assertThat(hart.csrs.read(Csr.SIP)).isEqualTo(2);
    machine.run("csrci sip, 2\nebreak");
    assertThat(hart.csrs.read(Csr.SIP)).isZero();
  }

  @Test
  void shouldLetSupervisorWriteOnlyItsSoftwareInterrupt() {
    hart.csrs.write(Csr.MIDELEG, -1);
    machine.run("li t0, -1\ncsrw sip, t0\nebreak");
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(2);
    machine.run("li t0, -1\ncsrw mip, t0\nebreak");
    assertThat(hart.csrs.read(Csr.MIP)).isEqualTo(0x222);
  }

  @Test
  void shouldHideFromSupervisorWhatIsNotDelegated() {
    hart.csrs.write(Csr.MIDELEG, Interrupt.SUPERVISOR_TIMER);
    hart.csrs.write(Csr.MIE, Interrupt.ALL);
    hart.csrs.write(Csr.MIP, Interrupt.SUPERVISOR);
    assertThat(hart.csrs.read(Csr.SIE)).isEqualTo(Interrupt.SUPERVISOR_TIMER);
    assertThat(hart.csrs.read(Csr.SIP)).isEqualTo(Interrupt.SUPERVISOR_TIMER);
    hart.csrs.write(Csr.SIE, 0);
    assertThat(hart.csrs.read(Csr.MIE)).isEqualTo(Interrupt.ALL & ~Interrupt.SUPERVISOR_TIMER);
  }
}
