package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.riscv.PageTables.RW;
import static org.xenoserver.vmm.riscv.PageTables.RX;
import static org.xenoserver.vmm.riscv.PageTables.U;
import static org.xenoserver.vmm.riscv.PageTables.X;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Assembler;

/** Cached translations: when they must be forgotten, and when an address space must not mix. */
class TranslationFenceTest {
  private static final long CODE = TestMachine.BASE;
  private static final long FIRST = TestMachine.BASE + 0x200000;
  private static final long SECOND = TestMachine.BASE + 0x400000;
  private static final long TABLES = TestMachine.BASE + 0x100000;
  private static final long HIGH = 0xffffffc0_12200000L;
  private static final int ASID = 7;

  private final TestMachine machine = new TestMachine();

  @AfterEach
  void close() {
    machine.close();
  }

  private PageTables tables(int number) {
    return new PageTables(machine.memory, 3, TABLES + 0x8000L * number).map(CODE, CODE, RX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sfence.vma x0, x0; 0",
        "sfence.vma a1, x0; 0",
        "sfence.vma x0, a2; 0",
        "sfence.vma a1, a2; 0",
        "sfence.vma x0, x0; 1",
        "sfence.vma a1, x0; 1",
        "sfence.vma x0, a2; 1",
        "sfence.vma a1, a2; 1"
      })
  void shouldSeeAChangedEntryAfterTheFence(String fence, int level) {
    PageTables tables = tables(0).map(HIGH, FIRST, RW, level);
    long entry = tables.entryAddress(HIGH, level);
    tables.map(0x1000, entry, RW);
    machine.memory.putLong(FIRST + 0x18, 1);
    machine.memory.putLong(SECOND + 0x18, 2);
    machine.load(
        """
          ld s0, 0x18(a1)
          sd s0, 0x18(a1)    # a store's translation is cached apart
          ld t0, 0(a3)
          add t0, t0, a4
          sd t0, 0(a3)
          %s
          ld s1, 0x18(a1)
          sd x0, 0x18(a1)
          ebreak
        """
            .formatted(fence));
    machine.enter(Privilege.SUPERVISOR, CODE, tables.satp(ASID));
    machine.setRegister("a1", HIGH);
    machine.setRegister("a2", ASID);
    machine.setRegister("a3", 0x1000 | entry & 0xfff);
    machine.setRegister("a4", SECOND - FIRST >>> 2);
    machine.resume(machine.hart());
    assertThat(machine.end().cause()).isEqualTo(TrapCause.BREAKPOINT);
    assertThat(machine.register("s0")).isEqualTo(1);
    assertThat(machine.register("s1")).isEqualTo(2);
    assertThat(machine.memory.getLong(SECOND + 0x18)).isZero();
    assertThat(machine.memory.getLong(FIRST + 0x18)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sfence.vma x0, x0", "sfence.vma a1, x0", "sfence.vma x0, a2"})
  void shouldFetchFromTheNewFrameAfterTheFence(String fence) {
    PageTables tables = tables(0).map(HIGH, FIRST, RX);
    long entry = tables.entryAddress(HIGH, 0);
    tables.map(0x1000, entry, RW);
    machine.load(FIRST, "li s0, 1\nret");
    machine.load(SECOND, "li s0, 2\nret");
    machine.load(
        """
          jalr ra, a1, 0
          mv s1, s0
          ld t0, 0(a3)
          add t0, t0, a4
          sd t0, 0(a3)
          %s
          jalr ra, a1, 0
          ebreak
        """
            .formatted(fence));
    machine.enter(Privilege.SUPERVISOR, CODE, tables.satp(ASID));
    machine.setRegister("a1", HIGH);
    machine.setRegister("a2", ASID);
    machine.setRegister("a3", 0x1000 | entry & 0xfff);
    machine.setRegister("a4", SECOND - FIRST >>> 2);
    machine.resume(machine.hart());
    assertThat(machine.register("s1")).isEqualTo(1);
    assertThat(machine.register("s0")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 9, 20})
  void shouldKeepAddressSpacesApart(int spaces) {
    for (int i = 0; i < spaces; i++) {
      machine.memory.putLong(FIRST + 0x1000L * i, 100 + i);
      PageTables tables = tables(i).map(HIGH, FIRST + 0x1000L * i, RW);
      machine.memory.putLong(SECOND + 8L * i, tables.satp(i + 1));
      tables.map(0x5000, SECOND, RW);
    }
    machine.load(
        """
          li s0, 3            # rounds
        round:
          li s1, 0            # space
        next:
          slli t0, s1, 3
          add t0, t0, a3
          ld t0, 0(t0)
          csrw satp, t0
          ld t1, 0(a1)
          addi t2, s1, 100
          bne t1, t2, wrong
          addi s1, s1, 1
          bne s1, a2, next
          addi s0, s0, -1
          bnez s0, round
          ebreak
        wrong:
          ecall
        """);
    machine.enter(Privilege.SUPERVISOR, CODE, machine.memory.getLong(SECOND));
    machine.setRegister("a1", HIGH);
    machine.setRegister("a2", spaces);
    machine.setRegister("a3", 0x5000);
    machine.resume(machine.hart());
    assertThat(machine.end().cause())
        .as("space %d", machine.register("s1"))
        .isEqualTo(TrapCause.BREAKPOINT);
  }

  @Test
  void shouldForgetAnAddressSpaceThatIsNotCurrent() {
    PageTables one = tables(0).map(HIGH, FIRST, RW).map(0x5000, TABLES, RW, 0);
    PageTables two = tables(1);
    long entry = one.entryAddress(HIGH, 0);
    two.map(0x1000, entry, RW);
    machine.memory.putLong(FIRST, 1);
    machine.memory.putLong(SECOND, 2);
    machine.load(
        """
          ld s0, 0(a1)
          csrw satp, a5
          ld t0, 0(a3)
          add t0, t0, a4
          sd t0, 0(a3)
          sfence.vma x0, a2
          csrw satp, a6
          ld s1, 0(a1)
          ebreak
        """);
    machine.enter(Privilege.SUPERVISOR, CODE, one.satp(1));
    machine.setRegister("a1", HIGH);
    machine.setRegister("a2", 1);
    machine.setRegister("a3", 0x1000 | entry & 0xfff);
    machine.setRegister("a4", SECOND - FIRST >>> 2);
    machine.setRegister("a5", two.satp(2));
    machine.setRegister("a6", one.satp(1));
    machine.resume(machine.hart());
    assertThat(machine.register("s0")).isEqualTo(1);
    assertThat(machine.register("s1")).isEqualTo(2);
  }

  @Test
  void shouldHeedSumAndMxrAsTheyChange() {
    PageTables tables = tables(0).map(HIGH, FIRST, RW | U).map(HIGH + 0x1000, FIRST, RX & ~2 | X);
    machine.memory.putLong(FIRST, 9);
    machine.load(
        """
          li t0, 0x40000
          csrs sstatus, t0
          ld s0, 0(a1)
          li t1, 0x80000
          csrs sstatus, t1
          ld s1, 0(a2)
          csrc sstatus, t1
          csrc sstatus, t0
          %s
          ebreak
        """
            .formatted("ld s2, 0(a1)"));
    machine.enter(Privilege.SUPERVISOR, CODE, tables.satp(0));
    machine.setRegister("a1", HIGH);
    machine.setRegister("a2", HIGH + 0x1000);
    machine.resume(machine.hart());
    assertThat(machine.register("s0")).isEqualTo(9);
    assertThat(machine.register("s1")).isEqualTo(9);
    assertThat(machine.end().cause()).as("SUM is off again").isEqualTo(TrapCause.LOAD_PAGE_FAULT);
    machine.memory.putInt(machine.end().pc(), Assembler.instruction("ld s2, 0(a2)"));
    machine.enter(Privilege.SUPERVISOR, CODE, tables.satp(0));
    machine.resume(machine.hart());
    assertThat(machine.end().cause()).as("MXR is off again").isEqualTo(TrapCause.LOAD_PAGE_FAULT);
    assertThat(machine.end().value()).isEqualTo(HIGH + 0x1000);
  }
}
