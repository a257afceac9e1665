package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.PseudoInstructions;

/** Who may touch which control and status register, and what of a write stays. */
class CsrAccessTest {
  private final TestMachine machine = new TestMachine();

  @AfterEach
  void close() {
    machine.close();
  }

  /** Runs instructions in a lower mode; the end is what brought the hart back to M-mode. */
  private TestMachine.End inMode(int privilege, String setUp, String source) {
    machine.run(
        """
          li t0, 0x%x
          csrw pmpaddr0, t0
          li t0, 0x1f
          csrw pmpcfg0, t0
          %s
          li t0, 0x1800
          csrc mstatus, t0
          li t0, 0x%x
          csrs mstatus, t0
          la t0, lower
          csrw mepc, t0
          mret
          .org 0x1000
        lower:
          %s
          ebreak
        """
            .formatted(-1L >>> 10, setUp, (long) privilege << 11, source));
    return machine.end();
  }

  private void assertRuns(int privilege, String setUp, String source) {
    assertThat(inMode(privilege, setUp, source).cause())
        .as("%s in mode %d", source, privilege)
        .isEqualTo(TrapCause.BREAKPOINT);
  }

  private void assertIllegal(int privilege, String setUp, String source) {
    TestMachine.End end = inMode(privilege, setUp, source);
    assertThat(end.cause())
        .as("%s in mode %d", source, privilege)
        .isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
    assertThat(end.pc()).isEqualTo(TestMachine.BASE + 0x1000);
    assertThat(end.value()).isEqualTo(machine.memory.getInt(end.pc()) & 0xffffffffL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mstatus", "misa", "mie", "mtvec", "mscratch", "mip", "pmpcfg0", "mhartid"})
  void shouldKeepMachineRegistersFromSupervisor(String csr) {
    assertRuns(Privilege.MACHINE, "", "csrr a0, " + csr);
    assertIllegal(Privilege.SUPERVISOR, "", "csrr a0, " + csr);
    assertIllegal(Privilege.USER, "", "csrr a0, " + csr);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sstatus", "sie", "stvec", "sscratch", "sepc", "sip", "satp", "senvcfg"})
  void shouldKeepSupervisorRegistersFromUser(String csr) {
    assertRuns(Privilege.SUPERVISOR, "", "csrr a0, " + csr);
    assertIllegal(Privilege.USER, "", "csrr a0, " + csr);
  }

  @Test
  void shouldRefuseToWriteWhatIsReadOnly() {
    assertRuns(Privilege.MACHINE, "", "csrrs a0, mhartid, x0");
    assertRuns(Privilege.MACHINE, "", "csrrci a0, time, 0");
    assertIllegal(Privilege.MACHINE, "", "csrrw x0, mhartid, x0");
    assertIllegal(Privilege.MACHINE, "", "csrrs a0, cycle, a1");
    assertIllegal(Privilege.MACHINE, "", "csrrci a0, time, 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x000", "0x200", "0x3a1", "0x7b0", "0x9ff", "0xfff"})
  void shouldRefuseRegistersThatDoNotExist(String csr) {
    assertIllegal(Privilege.MACHINE, "", "csrr a0, " + csr);
  }

  @ParameterizedTest
  @CsvSource({"cycle, 1", "time, 2", "instret, 4", "0xc03, 8", "0xc1f, 0x80000000"})
  void shouldShowACounterToALowerModeOnlyWhenEnabled(String counter, String bit) {
    String read = "csrr a0, " + counter;
    String forSupervisor = "li t0, %s\ncsrw mcounteren, t0".formatted(bit);
    String forUser = forSupervisor + "\ncsrw scounteren, t0";
    String userAlone = "li t0, %s\ncsrw scounteren, t0\ncsrw mcounteren, x0".formatted(bit);
    assertIllegal(Privilege.SUPERVISOR, "csrw mcounteren, x0", read);
    assertRuns(Privilege.SUPERVISOR, forSupervisor, read);
    assertIllegal(Privilege.USER, forSupervisor + "\ncsrw scounteren, x0", read);
    assertIllegal(Privilege.USER, userAlone, read);
    assertRuns(Privilege.USER, forUser, read);
  }

  @Test
  void shouldGiveStimecmpToSupervisorOnlyWithStceAndTheTimeCounter() {
    String stce = "li t0, 0x8000000000000000\ncsrw menvcfg, t0\n";
    String read = "csrr a0, stimecmp";
    assertRuns(Privilege.MACHINE, "csrw menvcfg, x0", read);
    assertIllegal(Privilege.SUPERVISOR, stce + "csrw mcounteren, x0", read);
    assertIllegal(Privilege.SUPERVISOR, "csrw menvcfg, x0\ncsrwi mcounteren, 2", read);
    assertRuns(Privilege.SUPERVISOR, stce + "csrwi mcounteren, 2", read);
    assertIllegal(Privilege.USER, stce + "csrwi mcounteren, 2", read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "csrr a0, satp; 0x100000",
        "sfence.vma x0, x0; 0x100000",
        "wfi; 0x200000",
        "sret; 0x400000"
      })
  void shouldTrapWhatTvmTwAndTsrForbid(String instruction, String bit) {
    assertIllegal(Privilege.SUPERVISOR, "li t0, %s\ncsrs mstatus, t0".formatted(bit), instruction);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mret", "sret", "wfi", "sfence.vma x0, x0"})
  void shouldKeepPrivilegedInstructionsFromUser(String instruction) {
    assertIllegal(Privilege.USER, "", instruction);
  }

  @Test
  void shouldKeepMretFromSupervisor() {
    assertIllegal(Privilege.SUPERVISOR, "", "mret");
  }

  @ParameterizedTest
  @CsvSource({
    "mepc, 0x80000003, 0x80000002",
    "sepc, 0x80000003, 0x80000002",
    "mtvec, 0x80000002, 0x80fff000",
    "stvec, 0x80000001, 0x80000001",
    "satp, 0x7000000000000001, 0",
    "satp, 0x8000000000000001, 0x8000000000000001",
    "satp, 0x9ffff00000000001, 0x9ffff00000000001",
    "medeleg, 0xffffffffffffffff, 0xb3ff",
    "mideleg, 0xffffffffffffffff, 0x222",
    "mie, 0xffffffffffffffff, 0xaaa",
    "menvcfg, 0xffffffffffffffff, 0xa000000000000001",
    "senvcfg, 0xffffffffffffffff, 1",
    "mcounteren, 0xffffffffffffffff, 0xffffffff",
    "misa, 0, 0x800000000014112f",
    "0x320, 0xffffffffffffffff, 0",
    "0xb03, 0xffffffffffffffff, 0",
    "0x7a0, 0xffffffffffffffff, 0"
  })
  void shouldKeepOfAWriteWhatIsLegal(String csr, String written, String kept) {
    machine.run(
        "li a1, %1$s\ncsrw %2$s, a1\ncsrr a0, %2$s\ncsrw satp, x0\nebreak".formatted(written, csr));
    assertThat(machine.register("a0")).isEqualTo(PseudoInstructions.constant(kept));
  }

  @Test
  void shouldKeepMppWhenAReservedModeIsWritten() {
    machine.run(
        "li t0, 0x800\ncsrw mstatus, t0\nli t0, 0x1000\ncsrw mstatus, t0\ncsrr a0, mstatus\nebreak");
    assertThat(machine.register("a0") >>> 11 & 3).isEqualTo(1);
  }

  @Test
  void shouldShowSupervisorItsPartOfMstatusOnly() {
    machine.run(
        """
          li t0, -1
          csrw sstatus, t0
          csrr a0, sstatus
          csrr a1, mstatus
          csrw sstatus, x0
          csrr a2, mstatus
          ebreak
        """);
    // SD, UXL = 64 bits, MXR, SUM, FS, SPP, SPIE, SIE.
    assertThat(machine.register("a0")).isEqualTo(0x80000002000c6122L);
    assertThat(machine.register("a1")).isEqualTo(0x8000000a000c6122L);
    assertThat(machine.register("a2")).isEqualTo(0x0000000a00000000L);
  }

  @Test
  void shouldExchangeSetAndClear() {
    machine.run(
        """
          li t0, 0xff
          csrw mscratch, t0
          li a1, 0x0f
          csrrc a0, mscratch, a1
          csrrsi a1, mscratch, 1
          csrrwi a2, mscratch, 31
          csrrw a3, mscratch, a3
          ebreak
        """);
    assertThat(machine.register("a0")).isEqualTo(0xff);
    assertThat(machine.register("a1")).isEqualTo(0xf0);
    assertThat(machine.register("a2")).isEqualTo(0xf1);
    assertThat(machine.register("a3")).isEqualTo(31);
  }
}
