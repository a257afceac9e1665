package org.xenoserver.vmm.riscv;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/** Makes {@code Opcode.java} and {@code Decoder.java} from the instruction table. */
final class DecoderGenerator {
  private final List<Row> rows;
  private final int mainLoop;

  DecoderGenerator(InstructionTable table) {
    rows = table.rows();
    mainLoop = table.mainLoopRows();
  }

  String opcodes() {
    StringBuilder out =
        new StringBuilder(
            """
            package org.xenoserver.vmm.riscv;

            /** Opcode numbers. Made from instructions.txt by DecoderGenerator; do not edit. */
            public final class Opcode {
              /** A half word not decoded yet. */
              public static final int UNDECODED = 0;

              /** The first half of an instruction whose second half is on the next page. */
              public static final int CROSSES_PAGE = 1;

              /** The place after the last half word of a page. */
              public static final int PAGE_END = 2;

              /** No instruction at all. */
              public static final int ILLEGAL = 3;

            """);
    int number = 4;
    List<String> names = new ArrayList<>(List.of("?", "?", "?", "illegal"));
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (i == mainLoop) {
        out.append("\n  /** Opcodes from here on are executed outside the main loop. */\n");
        out.append("  public static final int FIRST_OUTSIDE_MAIN_LOOP = ")
            .append(number)
            .append(";\n\n");
      }
      if (!row.compressed()) {
        out.append("  public static final int %s = %d;\n".formatted(row.constant(), number++));
        names.add(row.name());
      }
    }
    out.append("\n  private static final String[] NAMES = {\n");
    for (int i = 0; i < names.size(); i++) {
      out.append("    \"").append(names.get(i)).append("\"");
      out.append(i == names.size() - 1 ? "\n" : ",\n");
    }
    out.append("  };\n\n  private Opcode() {}\n\n");
    out.append("  /** The assembler's name of an instruction. */\n");
    out.append("  public static String name(int opcode) {\n    return NAMES[opcode];\n  }\n}\n");
    return out.toString();
  }

  String decoder() {
    StringBuilder out =
        new StringBuilder(
            """
            package org.xenoserver.vmm.riscv;

            /** Decodes instructions. Made from instructions.txt by DecoderGenerator; do not edit. */
            final class Decoder {
              private Decoder() {}

              /**
               * Decodes an instruction.
               *
               * @param i a 32-bit instruction, or a compressed one in the low half word
               * @return a {@link DecodedInstruction}; of opcode {@link Opcode#ILLEGAL} if it is none
               */
              static long decode(int i) {
                return (i & 3) == 3 ? decodeWord(i) : decodeCompressed(i & 0xffff);
              }

            """);
    decodeMethod(out, "decodeWord", 32, "i >>> 2 & 31", row -> row.match() >>> 2 & 31, 2);
    out.append('\n');
    decodeMethod(
        out,
        "decodeCompressed",
        16,
        "i & 3 | i >>> 11 & 28",
        row -> row.match() & 3 | row.match() >>> 11 & 28,
        1);
    return out.append("}\n").toString();
  }

  private interface GroupOf {
    int group(Row row);
  }

  private void decodeMethod(
      StringBuilder out, String name, int bits, String selector, GroupOf groupOf, int length) {
    Map<Integer, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.pattern().length() == bits) {
        groups.computeIfAbsent(groupOf.group(row), g -> new ArrayList<>()).add(row);
      }
    }
    out.append("  private static long %s(int i) {\n    switch (%s) {\n".formatted(name, selector));
    groups.forEach((group, members) -> {
      out.append("      case %d -> {\n".formatted(group));
      for (Row row : members) {
        String call =
            "OperandFormat.format%s(Opcode.%s, i)".formatted(row.format(), row.constant());
        out.append(
            "        if ((i & 0x%x) == 0x%x%s) {\n          return %s;\n        }\n"
                .formatted(row.mask(), row.match(), condition(row, call), call));
      }
      out.append("      }\n");
    });
    out.append("      default -> {}\n    }\n");
    out.append(
        "    return DecodedInstruction.pack(Opcode.ILLEGAL, DecodedInstruction.SINK, 0, 0, %d, i);\n"
            .formatted(length));
    out.append("  }\n");
  }

  private static String condition(Row row, String call) {
    return switch (row.nonZero()) {
      case "" -> "";
      case "imm" -> " && DecodedInstruction.immediate(%s) != 0".formatted(call);
      case "rd", "rs1" -> " && (i & 0xf80) != 0";
      case "rs2" -> " && (i & 0x7c) != 0";
      default -> throw new IllegalArgumentException("no field " + row.nonZero());
    };
  }
}
