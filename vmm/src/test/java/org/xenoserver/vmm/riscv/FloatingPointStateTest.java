package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.InstructionLayout;
import org.xenoserver.vmm.assembler.InstructionTable;

/** The F and D extensions as the processor holds them: FS, boxing, rounding modes, flags. */
class FloatingPointStateTest {
  private static final long BOX = 0xffffffff00000000L;
  private static final long ONE = BOX | Float.floatToRawIntBits(1);
  private final TestMachine machine = new TestMachine();
  private final Hart hart = machine.hart();

  @AfterEach
  void close() {
    machine.close();
  }

  private TestMachine.End run(long fs, String source) {
    machine.load(source + "\nebreak");
    machine.start(hart, TestMachine.BASE);
    hart.csrs.write(Csr.MSTATUS, fs << 13);
    machine.setRegister("s0", TestMachine.BASE + 0x4000);
    machine.resume(hart);
    return machine.end();
  }

  private void assertIllegal(TestMachine.End end) {
    assertThat(end.cause()).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
    assertThat(end.value())
        .isEqualTo(Integer.toUnsignedLong(machine.memory.getInt(TestMachine.BASE)));
  }

  static Stream<String> every() {
    return new InstructionTable()
        .rows().stream()
            .filter(row -> !row.compressed())
            .filter(row -> row.name().matches("f[^e].*"))
            .map(row -> {
              InstructionLayout.Operands operands = new InstructionLayout.Operands();
              operands.with("rs1", 8).with("rd", 10);
              return "%s: .word 0x%x"
                  .formatted(row.name().replace('.', '_'), InstructionLayout.encode(row, operands));
            });
  }

  @ParameterizedTest
  @MethodSource("every")
  void shouldBeIllegalWhileFsIsOff(String instruction) {
    assertIllegal(run(0, instruction));
    assertThat(run(1, instruction).cause()).isEqualTo(TrapCause.BREAKPOINT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"csrr a0, fflags", "csrr a0, frm", "csrr a0, fcsr", "csrwi frm, 0"})
  void shouldHideItsRegistersWhileFsIsOff(String instruction) {
    assertIllegal(run(0, instruction));
    assertThat(run(1, instruction).cause()).isEqualTo(TrapCause.BREAKPOINT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fadd.s fa0, fa1, fa2", "fld fa0, 0(s0)", "flw fa0, 0(s0)", "fmv.d.x fa0, a0",
        "fsgnj.s fa0, fa1, fa2", "csrwi fflags, 1", "csrwi frm, 1", "csrw fcsr, x0",
        "feq.d a0, fa0, fa1"
      })
  void shouldMakeFsDirty(String instruction) {
    run(1, instruction);
    assertThat(hart.csrs.read(Csr.MSTATUS) & (Csr.STATUS_FS | Csr.STATUS_SD))
        .isEqualTo(Csr.STATUS_FS | Csr.STATUS_SD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsd fa0, 0(s0)", "fsw fa0, 0(s0)", "fmv.x.d a0, fa0", "csrr a0, fcsr"})
  void shouldLeaveFsAloneWhenNothingIsWritten(String instruction) {
    run(1, instruction);
    assertThat(hart.csrs.read(Csr.MSTATUS) & (Csr.STATUS_FS | Csr.STATUS_SD)).isEqualTo(1 << 13);
  }

  @Test
  void shouldNotMakeFsDirtyByALoadThatFaults() {
    assertThat(run(1, "li s0, 0\nfld fa0, 0(s0)").cause()).isEqualTo(TrapCause.LOAD_ACCESS_FAULT);
    assertThat(hart.csrs.read(Csr.MSTATUS) & Csr.STATUS_FS).isEqualTo(1 << 13);
  }

  @Test
  void shouldBoxSinglesInRegisters() {
    machine.memory.putLong(TestMachine.BASE + 0x4000, 0x11223344_3f800000L);
    run(3, "flw fa0, 0(s0)\nli a0, 0x1111222240000000\nfmv.w.x fa1, a0\nfadd.s fa2, fa0, fa0");
    assertThat(hart.f[10]).isEqualTo(ONE);
    assertThat(hart.f[11]).isEqualTo(BOX | 0x40000000L);
    assertThat(hart.f[12]).isEqualTo(BOX | 0x40000000L);
  }

  @Test
  void shouldReadWhatIsNotBoxedAsTheCanonicalNan() {
    hart.f[10] = Float.floatToRawIntBits(1);
    hart.f[11] = ONE;
    run(
        3,
        """
          fadd.s fa2, fa0, fa1
          fsgnj.s fa3, fa0, fa1
          fsgnjn.s fa4, fa1, fa0
          fclass.s a0, fa0
          feq.s a1, fa0, fa0
          fmin.s fa5, fa0, fa1
          fmadd.s fa6, fa1, fa1, fa0
          fcvt.d.s fa7, fa0
          fmv.x.w a2, fa0
          fsw fa0, 0(s0)
        """);
    assertThat(hart.f[12]).isEqualTo(BOX | 0x7fc00000L);
    assertThat(hart.f[13]).isEqualTo(BOX | 0x7fc00000L);
    assertThat(hart.f[14]).as("the sign of the NaN that was read").isEqualTo(ONE | 0x80000000L);
    assertThat(machine.register("a0")).isEqualTo(1 << 9);
    assertThat(machine.register("a1")).isZero();
    assertThat(hart.f[15]).isEqualTo(ONE);
    assertThat(hart.f[16]).isEqualTo(BOX | 0x7fc00000L);
    assertThat(hart.f[17]).isEqualTo(0x7ff8000000000000L);
    assertThat(machine.register("a2")).as("moves take the bits").isEqualTo(0x3f800000);
    assertThat(machine.memory.getInt(TestMachine.BASE + 0x4000)).isEqualTo(0x3f800000);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 0, false",
    "6, 0, false",
    "7, 5, false",
    "7, 6, false",
    "7, 7, false",
    "7, 4, true",
    "4, 7, true",
    "0, 5, true"
  })
  void shouldRefuseRoundingModesThatDoNotExist(int inInstruction, int inRegister, boolean legal) {
    int bits = Assembler.instruction("fadd.d fa0, fa1, fa2, rne") | inInstruction << 12;
    hart.csrs.roundingMode = inRegister;
    TestMachine.End end = run(1, ".word 0x%x".formatted(bits));
    if (legal) {
      assertThat(end.cause()).isEqualTo(TrapCause.BREAKPOINT);
    } else {
      assertIllegal(end);
      assertThat(hart.csrs.read(Csr.MSTATUS) & Csr.STATUS_FS).isEqualTo(1 << 13);
    }
  }

  @Test
  void shouldRoundAsFrmSaysUnlessTheInstructionDoes() {
    run(
        3,
        """
          li a0, 1
          fcvt.d.l fa0, a0
          li a0, 3
          fcvt.d.l fa1, a0
          csrwi frm, 3
          fdiv.d fa2, fa0, fa1
          fdiv.d fa3, fa0, fa1, rdn
          csrwi frm, 2
          fdiv.d fa4, fa0, fa1
          csrr a1, fcsr
        """);
    assertThat(Double.longBitsToDouble(hart.f[13])).isEqualTo(1.0 / 3);
    assertThat(hart.f[12]).isEqualTo(hart.f[13] + 1);
    assertThat(hart.f[14]).isEqualTo(hart.f[13]);
    assertThat(machine.register("a1")).as("frm = 2 and inexact").isEqualTo(2 << 5 | 1);
  }

  @Test
  void shouldGatherFlagsUntilTheyAreCleared() {
    run(
        3,
        """
          fmv.d.x fa0, x0
          fdiv.d fa1, fa0, fa0
          csrr a0, fflags
          li a1, 1
          fcvt.d.l fa1, a1
          fdiv.d fa2, fa1, fa0
          csrrwi a1, fflags, 0
          csrr a2, fcsr
        """);
    assertThat(machine.register("a0")).as("invalid").isEqualTo(16);
    assertThat(machine.register("a1")).as("and divide by zero").isEqualTo(24);
    assertThat(machine.register("a2")).isZero();
  }
}
