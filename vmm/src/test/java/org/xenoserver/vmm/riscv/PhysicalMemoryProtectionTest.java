package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.riscv.TestMachine.End;

/** PMP as programs meet it: matching, priority, locks, and what is finer than a page. */
class PhysicalMemoryProtectionTest {
  private static final long CODE = TestMachine.BASE;
  private static final long DATA = TestMachine.BASE + 0x4000;
  private static final int R = 1;
  private static final int W = 2;
  private static final int X = 4;
  private static final int TOR = 1 << 3;
  private static final int NA4 = 2 << 3;
  private static final int NAPOT = 3 << 3;
  private static final int LOCKED = 0x80;

  private final TestMachine machine = new TestMachine();
  private final ControlStatusRegisters csrs = machine.hart().csrs;

  @AfterEach
  void close() {
    machine.close();
  }

  private void entry(int number, int config, long address) {
    long others = csrs.read(Csr.PMPCFG0 + number / 8 * 2) & ~(0xffL << 8 * (number % 8));
    csrs.write(Csr.PMPADDR0 + number, address);
    csrs.write(Csr.PMPCFG0 + number / 8 * 2, others | (long) config << 8 * (number % 8));
  }

  private static long napot(long base, long size) {
    return base >>> 2 | (size >>> 3) - 1;
  }

  /** Runs in a mode without opening memory as the fixture otherwise does. */
  private End run(int privilege, String source, long data) {
    machine.load(source + "\nebreak");
    return runFrom(privilege, CODE, data);
  }

  private End runFrom(int privilege, long pc, long data) {
    machine.start(machine.hart(), pc);
    machine.hart().privilege = privilege;
    machine.hart().memoryAccess.contextChanged();
    machine.setRegister("a1", data);
    machine.resume(machine.hart());
    return machine.end();
  }

  @Test
  void shouldRefuseEverythingBelowMachineModeWhenNoEntryMatches() {
    assertThat(run(Privilege.SUPERVISOR, "nop", 0))
        .isEqualTo(new End(TrapCause.FETCH_ACCESS_FAULT, CODE, CODE));
    assertThat(run(Privilege.MACHINE, "ld a0, 0(a1)", DATA).cause())
        .isEqualTo(TrapCause.BREAKPOINT);
  }

  @ParameterizedTest
  @CsvSource({"1, true, false", "3, true, true", "5, true, false", "4, false, false"})
  void shouldAdmitWhatTheEntryPermits(int permissions, boolean load, boolean store) {
    entry(0, permissions | NAPOT, napot(DATA, 0x1000));
    entry(1, R | W | X | NAPOT, -1L >>> 10);
    for (int privilege : new int[] {Privilege.USER, Privilege.SUPERVISOR}) {
      assertThat(run(privilege, "lw a0, 0(a1)", DATA).cause())
          .isEqualTo(load ? TrapCause.BREAKPOINT : TrapCause.LOAD_ACCESS_FAULT);
      assertThat(run(privilege, "sw a0, 0(a1)", DATA).cause())
          .isEqualTo(store ? TrapCause.BREAKPOINT : TrapCause.STORE_ACCESS_FAULT);
      assertThat(run(privilege, "lw a0, 0(a1)\nsw a0, 0(a1)", DATA + 0x1000).cause())
          .isEqualTo(TrapCause.BREAKPOINT);
    }
    assertThat(run(Privilege.MACHINE, "lw a0, 0(a1)\nsw a0, 0(a1)", DATA).cause())
        .as("unlocked entries do not bind M-mode")
        .isEqualTo(TrapCause.BREAKPOINT);
  }

  @Test
  void shouldMatchRangesFourBytesAndPowersOfTwo() {
    PhysicalMemoryProtection protection = csrs.protection;
    entry(0, 0, DATA >>> 2);
    entry(1, R | TOR, DATA + 0x100 >>> 2);
    entry(2, R | NA4, DATA + 0x200 >>> 2);
    entry(3, R | NAPOT, napot(DATA + 0x400, 64));
    long[] inside = {0, 0xfc, 0x200, 0x400, 0x43c};
    long[] outside = {-4, 0x100, 0x1fc, 0x204, 0x3fc, 0x440};
    for (long offset : inside) {
      assertThat(protection.admits(DATA + offset, 4, R, Privilege.USER)).isTrue();
    }
    for (long offset : outside) {
      assertThat(protection.admits(DATA + offset, 4, R, Privilege.USER)).isFalse();
    }
  }

  @Test
  void shouldStartTheFirstRangeAtZero() {
    entry(0, R | TOR, DATA >>> 2);
    assertThat(csrs.protection.admits(0, 8, R, Privilege.USER)).isTrue();
    assertThat(csrs.protection.admits(DATA, 8, R, Privilege.USER)).isFalse();
  }

  @Test
  void shouldMatchNothingWithAnEmptyRange() {
    entry(0, 0, DATA + 4 >>> 2);
    entry(1, TOR, DATA + 4 >>> 2);
    entry(2, R | NAPOT, -1L >>> 10);
    assertThat(csrs.protection.admits(DATA, 8, R, Privilege.USER)).isTrue();
  }

  @Test
  void shouldRefuseAnAccessThatTheFirstMatchCoversInPart() {
    entry(0, R | W | X | NA4, DATA + 4 >>> 2);
    entry(1, R | W | X | NAPOT, -1L >>> 10);
    assertThat(run(Privilege.SUPERVISOR, "ld a0, 0(a1)", DATA))
        .isEqualTo(new End(TrapCause.LOAD_ACCESS_FAULT, CODE, DATA));
    assertThat(run(Privilege.SUPERVISOR, "lw a0, 4(a1)\nlw a0, 0(a1)\nld a0, 8(a1)", DATA).cause())
        .isEqualTo(TrapCause.BREAKPOINT);
    assertThat(run(Privilege.MACHINE, "ld a0, 0(a1)", DATA).cause())
        .as("in M-mode too")
        .isEqualTo(TrapCause.LOAD_ACCESS_FAULT);
  }

  @Test
  void shouldLetTheLowestEntryDecide() {
    entry(0, R | NAPOT, napot(DATA, 8));
    entry(1, R | W | X | NAPOT, -1L >>> 10);
    assertThat(run(Privilege.USER, "sd a0, 8(a1)\nsd a0, 0(a1)", DATA))
        .isEqualTo(new End(TrapCause.STORE_ACCESS_FAULT, CODE + 4, DATA));
  }

  @Test
  void shouldCheckEachInstructionWhereProtectionIsFinerThanAPage() {
    entry(0, R | W | X | TOR, CODE + 8 >>> 2);
    entry(1, R | TOR, CODE + 16 >>> 2);
    entry(2, R | W | X | NAPOT, -1L >>> 10);
    assertThat(run(Privilege.SUPERVISOR, "li s0, 1\nli s1, 1\nli s2, 1\nli s3, 1", 0))
        .isEqualTo(new End(TrapCause.FETCH_ACCESS_FAULT, CODE + 8, CODE + 8));
    assertThat(machine.register("s1")).isEqualTo(1);
    assertThat(machine.register("s2")).isZero();
    assertThat(runFrom(Privilege.SUPERVISOR, CODE + 16, 0).cause()).isEqualTo(TrapCause.BREAKPOINT);
  }

  @Test
  void shouldRefuseAnInstructionOfWhichHalfIsForbidden() {
    entry(0, R | W | X | TOR, CODE + 4 >>> 2);
    machine.load("c.addi s0, 1\naddi s0, s0, 4");
    assertThat(runFrom(Privilege.SUPERVISOR, CODE, 0))
        .isEqualTo(new End(TrapCause.FETCH_ACCESS_FAULT, CODE + 2, CODE + 2));
    assertThat(machine.register("s0")).isEqualTo(1);
  }

  @Test
  void shouldRunThroughAPageOfMixedProtectionWhereItMayIncludingItsEnd() {
    entry(0, 0, CODE >>> 2);
    entry(1, R | X | TOR, CODE + 0x1002 + 2 >>> 2);
    machine.load(".org 0xff8\naddi s0, s0, 1\nc.addi s0, 1\naddi s0, s0, 1\nc.ebreak");
    assertThat(runFrom(Privilege.SUPERVISOR, CODE + 0xff8, 0).pc()).isEqualTo(CODE + 0x1002);
    assertThat(machine.register("s0")).isEqualTo(3);
  }

  @Test
  void shouldBindMachineModeByLockedEntries() {
    entry(0, R | NAPOT | LOCKED, napot(DATA, 0x1000));
    assertThat(run(Privilege.MACHINE, "ld a0, 0(a1)\nsd a0, 0(a1)", DATA))
        .isEqualTo(new End(TrapCause.STORE_ACCESS_FAULT, CODE + 4, DATA));
    assertThat(runFrom(Privilege.MACHINE, DATA, 0).cause()).isEqualTo(TrapCause.FETCH_ACCESS_FAULT);
  }

  @Test
  void shouldNotChangeLockedEntriesNorTheBottomOfALockedRange() {
    entry(0, 0, DATA >>> 2);
    entry(1, R | TOR | LOCKED, DATA + 0x1000 >>> 2);
    entry(0, R | W | NAPOT, 0x1234);
    entry(1, R | W | X | NAPOT, 0x5678);
    assertThat(csrs.read(Csr.PMPADDR0)).isEqualTo(DATA >>> 2);
    assertThat(csrs.read(Csr.PMPADDR0 + 1)).isEqualTo(DATA + 0x1000 >>> 2);
    assertThat(csrs.read(Csr.PMPCFG0) >>> 8 & 0xff).isEqualTo(R | TOR | LOCKED);
    assertThat(csrs.read(Csr.PMPCFG0) & 0xff).isEqualTo(R | W | NAPOT);
  }

  @Test
  void shouldKeepOnlyTheEntriesAndBitsThatExist() {
    csrs.write(Csr.PMPCFG0, -1);
    csrs.write(Csr.PMPCFG0 + 4, -1);
    csrs.write(Csr.PMPADDR63, -1);
    assertThat(csrs.read(Csr.PMPCFG0 + 4)).isZero();
    assertThat(csrs.read(Csr.PMPADDR63)).isZero();
    assertThat(csrs.read(Csr.PMPCFG0)).isEqualTo(0x9f9f9f9f9f9f9f9fL);
  }

  @Test
  void shouldApplyAChangeAtOnce() {
    entry(0, R | W | X | NAPOT, -1L >>> 10);
    machine.run(
        """
          li a1, 0x80004000
          li t0, 0x20000
          csrs mstatus, t0     # MPRV with MPP = U
          ld a0, 0(a1)
          csrwi pmpcfg0, 0x1c
          ld a0, 0(a1)
          ebreak
        """);
    assertThat(machine.end().cause()).isEqualTo(TrapCause.LOAD_ACCESS_FAULT);
  }
}
