package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.InstructionLayout;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/** Every row of the table with seeded operands, encoded as the manual draws it. */
class DecoderTest {
  private static final long SEED = 20260611;
  private static final int ROUNDS = 200;
  private static final InstructionTable TABLE = new InstructionTable();

  /** Formats whose immediate is signed. */
  private static final Set<String> SIGNED =
      Set.of("I", "S", "B", "U", "J", "FL", "CI", "CLI", "CI16SP", "CLUI", "CBI", "CJ", "CB");

  private static final Set<String> FLOAT_RD = Set.of("FL", "FR", "FR1", "FRM", "R4");

  static Stream<Row> words() {
    return TABLE.rows().stream().filter(row -> !row.compressed());
  }

  static Stream<Row> compressed() {
    return TABLE.rows().stream().filter(Row::compressed);
  }

  @ParameterizedTest
  @MethodSource("words")
  void shouldTakeOutTheOperandsThatWerePutIn(Row row) {
    Random random = new Random(SEED + row.name().hashCode());
    String layout = InstructionLayout.of(row);
    for (int round = 0; round < ROUNDS; round++) {
      Operands operands = new Operands();
      for (String register : List.of("rd", "rs1", "rs2", "rs3")) {
        operands.with(register, random.nextInt(32));
      }
      operands.with("rm", random.nextInt(8)).with("aqrl", random.nextInt(4));
      operands.with("csr", random.nextInt(4096)).with("imm", immediate(row, random));
      long decoded = Decoder.decode(InstructionLayout.encode(row, operands));
      assertThat(Opcode.name(DecodedInstruction.opcode(decoded))).isEqualTo(row.name());
      assertThat(DecodedInstruction.lengthHalfWords(decoded)).isEqualTo(2);
      assertThat(DecodedInstruction.rd(decoded)).as("rd").isEqualTo(expectedRd(row, operands));
      assertThat(DecodedInstruction.rs1(decoded))
          .as("rs1")
          .isEqualTo(layout.contains("rs1") ? (int) operands.get("rs1") : 0);
      if (layout.contains("rs2")) {
        assertThat(DecodedInstruction.rs2(decoded)).as("rs2").isEqualTo((int) operands.get("rs2"));
      }
      assertThat(DecodedInstruction.immediate(decoded))
          .as("immediate of " + row.name())
          .isEqualTo(expectedImmediate(row, operands));
    }
  }

  private static int expectedRd(Row row, Operands operands) {
    int rd = (int) operands.get("rd");
    boolean written = InstructionLayout.of(row).matches(".*\\brd$");
    boolean discarded = rd == 0 && !FLOAT_RD.contains(row.format());
    return !written || discarded ? DecodedInstruction.SINK : rd;
  }

  private static int expectedImmediate(Row row, Operands operands) {
    return (int)
        switch (row.format()) {
          case "CSR" -> operands.get("csr");
          case "FRM", "XRM" -> operands.get("rm");
          case "R4" -> operands.get("rm") | operands.get("rs3") << 3;
          default -> InstructionLayout.of(row).contains("imm") ? operands.get("imm") : 0;
        };
  }

  private static long immediate(Row row, Random random) {
    int[] range = InstructionLayout.immediateRange(row);
    if (range[0] < 0) {
      return 0;
    }
    long raw = random.nextLong() >>> 1;
    int width = range[0] + 1;
    long signed = raw << 64 - width >> 64 - width;
    long kept = SIGNED.contains(row.format()) ? signed : raw & (1L << width) - 1;
    return kept & -1L << range[1];
  }

  @ParameterizedTest
  @MethodSource("compressed")
  void shouldExpandACompressedInstructionToItsBase(Row row) {
    Random random = new Random(SEED + row.name().hashCode());
    Row base = TABLE.row(row.base());
    for (int round = 0; round < ROUNDS; round++) {
      Operands operands = new Operands();
      for (String register : List.of("rd", "rs1", "rs2")) {
        boolean low = InstructionLayout.of(row).contains(register + "'");
        // Zero makes another instruction of some; rd = sp makes c.addi16sp of c.lui.
        int number = low ? 8 + random.nextInt(8) : 3 + random.nextInt(29);
        operands.with(register, number);
      }
      long immediate = immediate(row, random);
      operands.with("imm", immediate);
      if (row.nonZero().equals("imm") && immediate == 0) {
        continue;
      }
      long expected = Decoder.decode(InstructionLayout.encode(base, ofBase(row, operands)));
      long decoded = Decoder.decode(InstructionLayout.encode(row, operands));
      assertThat(decoded & ~(3L << 27)).as(row.name()).isEqualTo(expected & ~(3L << 27));
      assertThat(DecodedInstruction.lengthHalfWords(decoded)).isEqualTo(1);
    }
  }

  /** The operands of the base instruction (unprivileged manual, section 28.3 and following). */
  private static Operands ofBase(Row row, Operands c) {
    Map<String, Long> fixed =
        switch (row.format()) {
          case "CIW", "CFLDSP", "CLWSP", "CLDSP", "CSWSP", "CSDSP" -> Map.of("rs1", 2L);
          case "CI", "CBSH", "CBI", "CA", "CISH", "CADD" -> Map.of("rs1", c.get("rd"));
          case "CLI", "CMV" -> Map.of("rs1", 0L);
          case "CI16SP" -> Map.of("rd", 2L, "rs1", 2L);
          case "CJ" -> Map.of("rd", 0L);
          case "CB" -> Map.of("rs2", 0L);
          case "CJR" -> Map.of("rd", 0L, "imm", 0L);
          case "CJALR" -> Map.of("rd", 1L, "imm", 0L);
          default -> Map.of();
        };
    Operands base = new Operands();
    for (String field : List.of("rd", "rs1", "rs2", "imm")) {
      base.with(field, fixed.getOrDefault(field, c.get(field)));
    }
    return base;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x0000, // defined illegal
        0x0004, // c.addi4spn of 0
        0x8000, // quadrant 0, funct3 100
        0x2001, // c.addiw x0
        0x6081, // c.lui of 0
        0x6101, // c.addi16sp of 0
        0x9c41, 0x9c61, // behind c.addw
        0x4002, // c.lwsp x0
        0x6002, // c.ldsp x0
        0x8002, // c.jr x0
      })
  void shouldRefuseReservedCompressedEncodings(int instruction) {
    assertThat(DecodedInstruction.opcode(Decoder.decode(instruction))).isEqualTo(Opcode.ILLEGAL);
  }

  @Test
  void shouldRefuseWordsThatAreInNoRow() {
    List<Row> rows = words().toList();
    Random random = new Random(SEED);
    for (int round = 0; round < 20_000; round++) {
      int instruction = random.nextInt() | 3;
      boolean known = rows.stream().anyMatch(r -> (instruction & r.mask()) == r.match());
      int opcode = DecodedInstruction.opcode(Decoder.decode(instruction));
      assertThat(opcode != Opcode.ILLEGAL).as("%08x", instruction).isEqualTo(known);
    }
  }
}
