package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.assembler.PseudoInstructions;
import org.xenoserver.vmm.riscv.TestMachine.End;

/** Exceptions: cause, address and value, where they go, and the way back. */
class TrapTest {
  private static final long BASE = TestMachine.BASE;
  private final TestMachine machine = new TestMachine();

  @AfterEach
  void close() {
    machine.close();
  }

  /** Sets the state MRET would give, and runs from an address. */
  private void runIn(int privilege, long pc) {
    machine.enter(privilege, pc, 0);
    machine.resume(machine.hart());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ebreak; 3; 0x80000000",
        "c.ebreak; 3; 0x80000000",
        "ecall; 11; 0",
        ".word 0xffffffff; 2; 0xffffffff",
        ".half 0; 2; 0",
        ".half 0x8002; 2; 0x8002",
        "lr.w a0, (s0); 4; 0x80001001",
        "sc.w a0, a0, (s0); 6; 0x80001001",
        "amoadd.d a0, a0, (s0); 6; 0x80001001",
        "ld a0, 0(s1); 5; 0x1000",
        "sd a0, 0(s1); 7; 0x1000",
        "amoadd.d a0, a0, (s1); 7; 0x1000",
        "lr.d a0, (s1); 5; 0x1000",
        "flw fa0, 0(s1); 5; 0x1000",
        "fsd fa0, 0(s1); 7; 0x1000"
      })
  void shouldTellCauseAddressAndValue(String instruction, int cause, String value) {
    machine.setRegister("s0", BASE + 0x1001);
    machine.setRegister("s1", 0x1000);
    machine.load(instruction);
    machine.start(machine.hart(), BASE);
    machine.hart().csrs.floatingPointDirty();
    machine.setRegister("a0", 77);
    machine.resume(machine.hart());
    assertThat(machine.end()).isEqualTo(new End(cause, BASE, PseudoInstructions.constant(value)));
    assertThat(machine.register("a0")).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "1, 9", "3, 11"})
  void shouldNameTheModeOfAnEnvironmentCall(int privilege, int cause) {
    machine.load("nop\necall");
    runIn(privilege, BASE);
    assertThat(machine.end()).isEqualTo(new End(cause, BASE + 4, 0));
  }

  @Test
  void shouldTellTheBitsOfAnIllegalInstructionAcrossPages() {
    machine.load(".org 0xffe\n.word 0xabcdefff");
    machine.runFrom(BASE + 0xffe);
    assertThat(machine.end())
        .isEqualTo(new End(TrapCause.ILLEGAL_INSTRUCTION, BASE + 0xffe, 0xabcdefffL));
  }

  @Test
  void shouldStackInterruptEnableAndModeInMstatus() {
    machine.load("ecall");
    machine.start(machine.hart(), BASE);
    machine.hart().csrs.write(Csr.MSTATUS, Csr.STATUS_MIE);
    machine.resume(machine.hart());
    assertThat(machine.hart().csrs.status & 0x1888).isEqualTo(0x1880);
    machine.start(machine.hart(), BASE);
    machine.hart().csrs.protection.admitAll();
    machine.hart().privilege = Privilege.USER;
    machine.resume(machine.hart());
    assertThat(machine.hart().csrs.status & 0x1888).as("MPP = U, MPIE = MIE = 0").isZero();
  }

  private static final String DELEGATING =
      """
        li t0, 0xb1ff
        csrw medeleg, t0
        la t0, supervisor
        csrw stvec, t0
        csrwi sscratch, 0
        li t0, 0x1900
        csrc mstatus, t0
        li t0, 0x%x
        csrs mstatus, t0
        la t0, lower
        csrw mepc, t0
        mret
      supervisor:
        csrr s2, scause
        csrr s3, sepc
        csrr s4, stval
        csrr s5, sstatus
        ecall
      lower:
        %s
      """;

  private void delegate(int privilege, String source) {
    machine.load(DELEGATING.formatted((long) privilege << 11 | 2, source));
    machine.start(machine.hart(), BASE);
    machine.hart().csrs.protection.admitAll();
    machine.resume(machine.hart());
  }

  @ParameterizedTest
  @CsvSource({"0, 0x22", "1, 0x122"})
  void shouldDelegateToSupervisorFromBelowMachine(int privilege, String status) {
    delegate(privilege, "ebreak");
    assertThat(machine.end().cause()).isEqualTo(TrapCause.ECALL_FROM_S);
    assertThat(machine.register("s2")).isEqualTo(TrapCause.BREAKPOINT);
    assertThat(machine.register("s4")).isEqualTo(machine.register("s3"));
    // SIE was set: SPIE is, and SPP says from where.
    assertThat(machine.register("s5") & 0x122)
        .isEqualTo(PseudoInstructions.constant(status) & ~0x2);
  }

  @Test
  void shouldNotDelegateWhatMachineModeItselfRaises() {
    machine.run("li t0, -1\ncsrw medeleg, t0\nebreak");
    assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
  }

  @Test
  void shouldNotDelegateWhatIsNotInMedeleg() {
    delegate(Privilege.USER, "ecall");
    assertThat(machine.register("s2")).isEqualTo(TrapCause.ECALL_FROM_U);
    delegate(Privilege.SUPERVISOR, "ecall");
    assertThat(machine.end().cause()).isEqualTo(TrapCause.ECALL_FROM_S);
  }

  @Test
  void shouldReturnFromMachineWithTheStackedState() {
    machine.run(
        """
          li t0, 0x20880     # MPRV, MPP = S, MPIE
          csrw mstatus, t0
          la t0, next
          csrw mepc, t0
          csrw medeleg, x0
          csrr a1, mstatus
          li t0, 0x1f
          csrw pmpcfg0, t0
          li t0, -1
          csrw pmpaddr0, t0
          mret
        next:
          ecall
        """);
    assertThat(machine.end().cause()).isEqualTo(TrapCause.ECALL_FROM_S);
    long status = machine.hart().csrs.status;
    assertThat(status & Csr.STATUS_MPRV).as("MPRV is cleared on the way down").isZero();
    assertThat(status & Csr.STATUS_MPIE).as("MIE was restored from MPIE").isNotZero();
  }

  @Test
  void shouldLeaveMppAtUserAndMpieSetAfterMret() {
    machine.run(
        """
          li t0, 0x1800
          csrw mstatus, t0
          la t0, next
          csrw mepc, t0
          mret
        next:
          csrr a0, mstatus
          ebreak
        """);
    assertThat(machine.register("a0") & 0x1888).isEqualTo(0x80);
  }

  @ParameterizedTest
  @CsvSource({"0x120, 9, 0x22", "0x20, 8, 0x22", "0x100, 9, 0x20"})
  void shouldReturnFromSupervisorWithTheStackedState(String status, int cause, String after) {
    machine.load(
        """
          li t0, %s
          csrw sstatus, t0
          la t0, next
          csrw sepc, t0
          sret
        next:
          ecall
        """
            .formatted(status));
    runIn(Privilege.SUPERVISOR, BASE);
    assertThat(machine.end().cause()).isEqualTo(cause);
    assertThat(machine.hart().csrs.status & 0x122).isEqualTo(PseudoInstructions.constant(after));
  }

  @Test
  void shouldGoToTheBaseForAnExceptionEvenWhenVectored() {
    machine.hart().csrs.write(Csr.MTVEC, TestMachine.HALT | 1);
    machine.run("ebreak");
    assertThat(machine.hart().programCounter() & ~0xfL).isEqualTo(TestMachine.HALT);
  }

  @Test
  void shouldCountExceptionsTaken() {
    long before = machine.hart().exits().traps();
    machine.run("ecall");
    assertThat(machine.hart().exits().traps()).isEqualTo(before + 1);
  }
}
