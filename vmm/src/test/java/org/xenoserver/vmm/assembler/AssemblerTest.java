package org.xenoserver.vmm.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xenoserver.vmm.riscv.TestMachine;

/** Encodings as binutils makes them. */
class AssemblerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "addi a0, a1, -1;           fff58513",
        "lui t0, 0x80000;           800002b7",
        "ld s1, -8(sp);             ff813483",
        "sd ra, 2040(sp);           7e113c23",
        "sub x1, x2, x3;            403100b3",
        "srai a0, a0, 63;           43f55513",
        "sraiw a0, a0, 31;          41f5551b",
        "mulhsu a2, a3, a4;         02e6a633",
        "jal ra, 2048;              001000ef",
        "beq a0, a1, -4096;         80b50063",
        "jalr x0, ra, 0;            00008067",
        "csrrw a0, mscratch, a1;    34059573",
        "csrrsi x0, mstatus, 8;     30046073",
        "lr.d.aq a0, (a1);          1405b52f",
        "sc.w.rl a0, a2, (a1);      1ac5a52f",
        "amoadd.w.aqrl a0, a2, (a1);06c5a52f",
        "sfence.vma a0, a1;         12b50073",
        "fadd.d fa0, fa1, fa2, rtz; 02c59553",
        "fmadd.s ft0, ft1, ft2, ft3;1820f043",
        "fcvt.w.d a0, fa0, rup;     c2053553",
        "rev8 a0, a1;               6b85d513",
        "sh2add a0, a1, a2;         20c5c533",
        "bexti a0, a1, 63;          4bf5d513",
        "wfi;                       10500073",
        "c.addi a0, -1;             157d",
        "c.lwsp a0, 252;            557e",
        "c.ld a2, 8(a1);            6590",
        "c.fsd fa2, 248(a1);        bdf0",
        "c.addi16sp -64;            7139",
        "c.addi4spn a0, 1020;       1fe8",
        "c.lui a0, 0xfffe1;         7505",
        "c.j -2;                    bffd",
        "c.bnez a0, 254;            ed7d",
        "c.ebreak;                  9002"
      })
  void shouldEncodeAsBinutilsDoes(String line, String hex) {
    assertThat(Integer.toHexString(Assembler.instruction(line)))
        .isEqualTo(hex.replaceFirst("^0+", ""));
  }

  @Test
  void shouldNameTheLineItCannotAssemble() {
    assertThatThrownBy(() -> Assembler.assemble(0, "nop\nadd a0, a1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2: add a0, a1");
  }

  @Test
  void shouldLoadAnyConstant() {
    long[] constants = {
      0,
      1,
      -1,
      2047,
      -2048,
      2048,
      0x7fffffff,
      -0x80000000L,
      0x80000000L,
      0xffffffffL,
      0x123456789abcdef0L,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      0xfff,
      0x8000_0000_8000_0800L
    };
    try (TestMachine machine = new TestMachine()) {
      for (long constant : constants) {
        machine.run("li a0, 0x%x\nebreak".formatted(constant));
        assertThat(machine.register("a0")).isEqualTo(constant);
      }
    }
  }

  @Test
  void shouldResolveLabelsInBothDirections() {
    try (TestMachine machine = new TestMachine()) {
      Program program =
          machine.load(
              """
                j main
              data: .dword 0x1122334455667788
              main:
                la a0, data
                ld a1, 0(a0)
                la a2, after
                ebreak
                .org 0x2800
              after: nop
              """);
      machine.runFrom(TestMachine.BASE);
      assertThat(machine.register("a0")).isEqualTo(program.label("data"));
      assertThat(machine.register("a1")).isEqualTo(0x1122334455667788L);
      assertThat(machine.register("a2")).isEqualTo(TestMachine.BASE + 0x2800);
    }
  }

  @Test
  void shouldEndAtAStoreToTheHost() {
    try (TestMachine machine = new TestMachine()) {
      machine.run(
          "li a0, 7\nli t0, 0x%x\nsd a0, 0(t0)\nloop: j loop".formatted(TestMachine.TO_HOST));
      assertThat(machine.memory.getLong(TestMachine.TO_HOST)).isEqualTo(7);
    }
  }
}
