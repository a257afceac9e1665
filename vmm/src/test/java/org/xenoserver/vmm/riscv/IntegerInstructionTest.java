package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xenoserver.vmm.assembler.InstructionLayout;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/** Every integer and bit-manipulation instruction of the table against {@link IntegerReference}. */
class IntegerInstructionTest {
  private static final long SEED = 20260612;
  private static final int RANDOM_PAIRS = 100;
  private static final long TABLE = TestMachine.BASE + 0x10000;

  private static final long[] EDGES = {
    0,
    1,
    -1,
    2,
    31,
    32,
    63,
    64,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    0xffffffff80000000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x0100_0080_0000_ff00L
  };

  static Stream<Row> computing() {
    return new InstructionTable()
        .rows().stream()
            .filter(row -> row.pattern().matches(".*(0110011|0010011|0111011|0011011)"));
  }

  @ParameterizedTest
  @MethodSource("computing")
  void shouldComputeWhatTheManualSays(Row row) {
    Random random = new Random(SEED + row.name().hashCode());
    long[] operands = operands(random);
    try (TestMachine machine = new TestMachine()) {
      for (int i = 0; i < operands.length; i++) {
        machine.memory.putLong(TABLE + 8L * i, operands[i]);
      }
      if (InstructionLayout.of(row).contains("imm")) {
        int width = InstructionLayout.immediateRange(row)[0] + 1;
        boolean signed = row.format().equals("I");
        long[] raw = {0, 1, -1, 1L << width - 1, (1L << width - 1) - 1, random.nextLong()};
        for (long bits : raw) {
          long immediate = signed ? bits << 64 - width >> 64 - width : bits & (1L << width) - 1;
          String line = "%s a0, a1, %d".formatted(row.name(), immediate);
          check(machine, row.name(), line, operands, immediate);
        }
      } else {
        String second = row.format().equals("R") ? ", a2" : "";
        check(machine, row.name(), row.name() + " a0, a1" + second, operands, null);
      }
    }
  }

  private static long[] operands(Random random) {
    LongStream edges =
        LongStream.of(EDGES).flatMap(a -> LongStream.of(EDGES).flatMap(b -> LongStream.of(a, b)));
    return LongStream.concat(edges, random.longs(2L * RANDOM_PAIRS)).toArray();
  }

  private static void check(
      TestMachine machine, String name, String line, long[] operands, @Nullable Long immediate) {
    machine.setRegister("s0", TABLE);
    machine.setRegister("s1", TABLE + 8L * operands.length);
    machine.setRegister("s2", 0x100000);
    machine.run(
        """
        loop:
          ld a1, 0(s0)
          ld a2, 8(s0)
          %s
          add t0, s0, s2
          sd a0, 0(t0)
          addi s0, s0, 16
          bne s0, s1, loop
          ebreak
        """
            .formatted(line));
    assertThat(machine.end().cause()).as(line).isEqualTo(TrapCause.BREAKPOINT);
    for (int i = 0; i < operands.length; i += 2) {
      long b = immediate == null ? operands[i + 1] : immediate;
      assertThat(machine.memory.getLong(TABLE + 0x100000 + 8L * i))
          .as("%s with 0x%x, 0x%x", line, operands[i], b)
          .isEqualTo(IntegerReference.compute(name, operands[i], b));
    }
  }

  @Test
  void shouldBuildUpperImmediates() {
    try (TestMachine machine = new TestMachine()) {
      machine.run("lui a0, 0x80000\nauipc a1, 0xfffff\nlui a2, 0x7ffff\nebreak");
      assertThat(machine.register("a0")).isEqualTo(0xffffffff_80000000L);
      assertThat(machine.register("a1")).isEqualTo(TestMachine.BASE + 4 - 0x1000);
      assertThat(machine.register("a2")).isEqualTo(0x7ffff000L);
    }
  }

  @Test
  void shouldKeepX0ZeroWhateverIsWrittenToIt() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          """
            li a0, 5
            add x0, a0, a0
            lw x0, 0(sp)
            csrrs x0, misa, x0
            jal x0, next
          next:
            amoadd.w x0, a0, (sp)
            mv a1, x0
            ebreak
            .org 0x1000
          """
              .replace("li a0, 5", "li a0, 5\nli sp, 0x80004000"));
      assertThat(machine.register("a1")).isZero();
      assertThat(machine.register("zero")).isZero();
    }
  }
}
