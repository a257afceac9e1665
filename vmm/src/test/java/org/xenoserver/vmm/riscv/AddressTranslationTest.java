package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.riscv.PageTables.A;
import static org.xenoserver.vmm.riscv.PageTables.D;
import static org.xenoserver.vmm.riscv.PageTables.R;
import static org.xenoserver.vmm.riscv.PageTables.RW;
import static org.xenoserver.vmm.riscv.PageTables.RX;
import static org.xenoserver.vmm.riscv.PageTables.U;
import static org.xenoserver.vmm.riscv.PageTables.V;
import static org.xenoserver.vmm.riscv.PageTables.W;
import static org.xenoserver.vmm.riscv.PageTables.X;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.PseudoInstructions;
import org.xenoserver.vmm.riscv.TestMachine.End;

/** Sv39, Sv48 and Sv57: which entries translate, which accesses they admit, and A and D bits. */
class AddressTranslationTest {
  private static final long CODE = TestMachine.BASE;
  private static final long DATA = TestMachine.BASE + 0x4000;
  private static final long TABLES = TestMachine.BASE + 0x100000;
  private static final long VALUE = 0x1122334455667788L;

  /** A virtual address in the upper half of every mode. */
  private static final long HIGH = 0xffffffc0_12345000L;

  private final TestMachine machine = new TestMachine();

  @AfterEach
  void close() {
    machine.close();
  }

  private PageTables tables(int levels) {
    return new PageTables(machine.memory, levels, TABLES);
  }

  /** Runs one access to a virtual address and gives how it ended; ebreak is success. */
  private End access(PageTables tables, int privilege, String instruction, long virtual) {
    return access(tables, privilege, instruction, virtual, 0);
  }

  private End access(
      PageTables tables, int privilege, String instruction, long virtual, long status) {
    tables.map(CODE, CODE, RX | (privilege == Privilege.USER ? U : 0));
    machine.load(instruction + "\nebreak");
    machine.memory.putLong(DATA, VALUE);
    machine.enter(privilege, CODE, tables.satp(0));
    machine.hart().csrs.write(Csr.SSTATUS, status);
    machine.setRegister("a1", virtual);
    machine.setRegister("a0", 5);
    machine.resume(machine.hart());
    return machine.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void shouldTranslateInEveryModeAndAtEveryPageSize(int levels) {
    for (int level = 0; level < Math.min(levels, 4); level++) {
      long offsetMask = (1L << 12 + 9 * level) - 1;
      long virtual = HIGH & ~offsetMask | DATA & offsetMask;
      PageTables tables = new PageTables(machine.memory, levels, TABLES + 0x10000L * level);
      // A page larger than RAM lies around it.
      tables.map(virtual, DATA & ~offsetMask, RW, level);
      End end = access(tables, Privilege.SUPERVISOR, "ld a0, 0(a1)", virtual);
      assertThat(end.cause()).as("level %d", level).isEqualTo(TrapCause.BREAKPOINT);
      assertThat(machine.register("a0")).isEqualTo(VALUE);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "3, 2", "4, 3", "5, 4"})
  void shouldRefuseALargePageThatIsMisaligned(int levels, int level) {
    long offsetMask = (1L << 12 + 9 * level) - 1;
    PageTables tables = tables(levels).map(HIGH, 0x80001000L, RW, level);
    assertThat(offsetMask & 0x80001000L).isNotZero();
    End end = access(tables, Privilege.SUPERVISOR, "ld a0, 0(a1)", HIGH);
    assertThat(end).isEqualTo(new End(TrapCause.LOAD_PAGE_FAULT, CODE, HIGH));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0x0000004000000000",
    "3, 0xffffffbffffff000",
    "4, 0x0000800000000000",
    "5, 0x0100000000000000",
    "3, 0x8000000080004000"
  })
  void shouldRefuseAddressesThatAreNotCanonical(int levels, String address) {
    long virtual = PseudoInstructions.constant(address);
    PageTables tables = tables(levels).map(virtual, DATA, RW | X);
    assertThat(access(tables, 1, "ld a0, 0(a1)", virtual))
        .isEqualTo(new End(TrapCause.LOAD_PAGE_FAULT, CODE, virtual));
    assertThat(access(tables, 1, "sd a0, 0(a1)", virtual))
        .isEqualTo(new End(TrapCause.STORE_PAGE_FAULT, CODE, virtual));
    assertThat(access(tables, 1, "jr a1", virtual))
        .isEqualTo(new End(TrapCause.FETCH_PAGE_FAULT, virtual, virtual));
  }

  @Test
  void shouldAdmitWhatPermissionsModeSumAndMxrSay() {
    int[] permissions = {R, X, R | W, R | X, R | W | X};
    String[] accesses = {"ld a0, 0(a1)", "sd a0, 0(a1)", "jr a1"};
    int[] causes = {
      TrapCause.LOAD_PAGE_FAULT, TrapCause.STORE_PAGE_FAULT, TrapCause.FETCH_PAGE_FAULT
    };
    int checked = 0;
    for (int variant = 0; variant < 2 * 5 * 2 * 4 * 3; variant++) {
      boolean user = variant % 2 == 1;
      int flags = permissions[variant / 2 % 5];
      boolean userPage = variant / 10 % 2 == 1;
      boolean sum = variant / 20 % 2 == 1;
      boolean mxr = variant / 40 % 2 == 1;
      int kind = variant / 80;
      boolean byMode = user ? userPage : !userPage || sum && kind != 2;
      boolean byKind =
          switch (kind) {
            case 0 -> (flags & R) != 0 || mxr && (flags & X) != 0;
            case 1 -> (flags & W) != 0;
            default -> (flags & X) != 0;
          };
      PageTables tables = tables(3).map(HIGH, DATA, V | A | D | flags | (userPage ? U : 0));
      machine.memory.putInt(DATA, Assembler.instruction("ebreak"));
      long status = (sum ? Csr.STATUS_SUM : 0) | (mxr ? Csr.STATUS_MXR : 0);
      int privilege = user ? Privilege.USER : Privilege.SUPERVISOR;
      End end = access(tables, privilege, accesses[kind], HIGH, status);
      boolean faulted = end.cause() == causes[kind];
      assertThat(faulted)
          .as(
              "%s in %s, flags %x, U %b, SUM %b, MXR %b: %s",
              accesses[kind], user ? "U" : "S", flags, userPage, sum, mxr, end)
          .isEqualTo(!(byMode && byKind));
      checked++;
    }
    assertThat(checked).isEqualTo(240);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        R | W | A | D, // not valid
        V | W | A | D, // W without R
        V | W | X | A | D,
        V, // a pointer at the last level
        RW | 1L << 54, // reserved
        RW | 1L << 60,
        RW | 1L << 61, // Svpbmt is not there
        RW | 1L << 63, // Svnapot neither
      })
  void shouldRefuseEntriesThatAreNone(long flags) {
    PageTables tables = tables(3);
    machine.memory.putLong(tables.entryAddress(HIGH, 0), DATA >>> 12 << 10 | flags);
    assertThat(access(tables, 1, "ld a0, 0(a1)", HIGH))
        .isEqualTo(new End(TrapCause.LOAD_PAGE_FAULT, CODE, HIGH));
  }

  @ParameterizedTest
  @ValueSource(ints = {A, D, U})
  void shouldRefuseAPointerWithLeafBits(int flags) {
    PageTables tables = tables(3).map(HIGH, DATA, RW);
    long pointer = tables.entryAddress(HIGH, 1);
    machine.memory.putLong(pointer, machine.memory.getLong(pointer) | flags);
    assertThat(access(tables, 1, "sd a0, 0(a1)", HIGH).cause())
        .isEqualTo(TrapCause.STORE_PAGE_FAULT);
  }

  @Test
  void shouldRaiseAnAccessFaultWhenATableIsOutsideMemory() {
    PageTables tables = tables(3).map(HIGH, DATA, RW);
    machine.memory.putLong(tables.entryAddress(HIGH, 1), 0x40000000L >>> 12 << 10 | V);
    assertThat(access(tables, 1, "ld a0, 0(a1)", HIGH))
        .isEqualTo(new End(TrapCause.LOAD_ACCESS_FAULT, CODE, HIGH));
  }

  @Test
  void shouldRaiseAnAccessFaultWhenTheFrameIsOutsideMemory() {
    PageTables tables = tables(3).map(HIGH, 0x40000000L, RW);
    assertThat(access(tables, 1, "sd a0, 0(a1)", HIGH))
        .isEqualTo(new End(TrapCause.STORE_ACCESS_FAULT, CODE, HIGH));
  }

  @Test
  void shouldSetAccessedAndDirtyAsThePageIsUsed() {
    PageTables tables = tables(3).map(HIGH, DATA, V | R | W);
    access(tables, 1, "ld a0, 0(a1)", HIGH);
    assertThat(tables.entry(HIGH) & (A | D)).isEqualTo(A);
    // The load has cached a translation; the store must not use it for more than it admits.
    access(tables, 1, "ld a0, 0(a1)\nsd a0, 0(a1)", HIGH);
    assertThat(tables.entry(HIGH) & (A | D)).isEqualTo(A | D);
    PageTables code = tables(3).map(HIGH, DATA, V | X);
    access(code, 1, "jr a1", HIGH);
    assertThat(code.entry(HIGH) & (A | D)).isEqualTo(A);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ld a0, 0(a1); 0x80; 13",
        "sd a0, 0(a1); 0x40; 15",
        "jr a1; 0x80; 12",
        "amoadd.d a0, a0, (a1); 0x40; 15"
      })
  void shouldFaultInsteadWithoutAdue(String instruction, String bits, int cause) {
    int kept = (int) PseudoInstructions.constant(bits);
    machine.hart().csrs.write(Csr.MENVCFG, 0);
    PageTables tables = tables(3).map(HIGH, DATA, V | R | W | X | kept);
    assertThat(access(tables, 1, instruction, HIGH).cause()).isEqualTo(cause);
    assertThat(tables.entry(HIGH) & (A | D)).as("the entry stays as it was").isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({"1, false, true", "1, true, false", "0, true, true", "0, false, false"})
  void shouldTranslateForMachineModeUnderMprv(int mpp, boolean userPage, boolean admitted) {
    PageTables tables = tables(3).map(HIGH, DATA, RW | (userPage ? U : 0));
    machine.memory.putLong(DATA, VALUE);
    machine.load("ld a0, 0(a1)\nebreak");
    machine.start(machine.hart(), CODE);
    machine.hart().csrs.protection.admitAll();
    machine.hart().csrs.write(Csr.SATP, tables.satp(0));
    machine.hart().csrs.write(Csr.MSTATUS, Csr.STATUS_MPRV | (long) mpp << 11);
    machine.setRegister("a1", HIGH);
    machine.resume(machine.hart());
    assertThat(machine.end().cause())
        .isEqualTo(admitted ? TrapCause.BREAKPOINT : TrapCause.LOAD_PAGE_FAULT);
  }
}
