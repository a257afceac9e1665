package org.xenoserver.vmm.riscv;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xenoserver.vmm.riscv.InstructionTable.Row;

/**
 * Puts operands into instructions, by the bit layouts as the manual draws them (unprivileged
 * manual, chapter "RV32/64G Instruction Set Listings" and section 28.8). Independent of the
 * processor's {@link OperandFormat}, which takes them out again.
 *
 * <p>A layout names, from the most significant on, what the operand bits ("-") of a row's pattern
 * hold: a field of the width its kind has, or {@code imm[...]} with the bits of the immediate.
 */
final class InstructionLayout {
  /** Fields of an instruction by name: rd, rs1, rs2, rs3, rm, aqrl, csr, imm. */
  static final class Operands {
    private final Map<String, Long> values = new HashMap<>();

    Operands with(String field, long value) {
      values.put(field, value);
      return this;
    }

    long get(String field) {
      return values.getOrDefault(field, 0L);
    }
  }

  private static final Map<String, String> LAYOUTS =
      Map.ofEntries(
          Map.entry("N", ""),
          Map.entry("R", "rs2 rs1 rd"),
          Map.entry("R1", "rs1 rd"),
          Map.entry("I", "imm[11:0] rs1 rd"),
          Map.entry("SH6", "imm[5:0] rs1 rd"),
          Map.entry("SH5", "imm[4:0] rs1 rd"),
          Map.entry("S", "imm[11:5] rs2 rs1 imm[4:0]"),
          Map.entry("B", "imm[12|10:5] rs2 rs1 imm[4:1|11]"),
          Map.entry("U", "imm[31:12] rd"),
          Map.entry("J", "imm[20|10:1|11|19:12] rd"),
          Map.entry("CSR", "csr rs1 rd"),
          Map.entry("FL", "imm[11:0] rs1 rd"),
          Map.entry("FR", "rs2 rs1 rd"),
          Map.entry("FR1", "rs1 rd"),
          Map.entry("FRM", "rs2 rs1 rm rd"),
          Map.entry("XRM", "rs1 rm rd"),
          Map.entry("R4", "rs3 rs2 rs1 rm rd"),
          Map.entry("CIW", "imm[5:4|9:6|2|3] rd'"),
          Map.entry("CLW", "imm[5:3] rs1' imm[2|6] rd'"),
          Map.entry("CLD", "imm[5:3] rs1' imm[7:6] rd'"),
          Map.entry("CFLD", "imm[5:3] rs1' imm[7:6] rd'"),
          Map.entry("CSW", "imm[5:3] rs1' imm[2|6] rs2'"),
          Map.entry("CSD", "imm[5:3] rs1' imm[7:6] rs2'"),
          Map.entry("CI", "imm[5] rd imm[4:0]"),
          Map.entry("CLI", "imm[5] rd imm[4:0]"),
          Map.entry("CI16SP", "imm[9] imm[4|6|8:7|5]"),
          Map.entry("CLUI", "imm[17] rd imm[16:12]"),
          Map.entry("CBSH", "imm[5] rd' imm[4:0]"),
          Map.entry("CBI", "imm[5] rd' imm[4:0]"),
          Map.entry("CA", "rd' rs2'"),
          Map.entry("CJ", "imm[11|4|9:8|10|6|7|3:1|5]"),
          Map.entry("CB", "imm[8|4:3] rs1' imm[7:6|2:1|5]"),
          Map.entry("CISH", "imm[5] rd imm[4:0]"),
          Map.entry("CFLDSP", "imm[5] rd imm[4:3|8:6]"),
          Map.entry("CLWSP", "imm[5] rd imm[4:2|7:6]"),
          Map.entry("CLDSP", "imm[5] rd imm[4:3|8:6]"),
          Map.entry("CSWSP", "imm[5:2|7:6] rs2"),
          Map.entry("CSDSP", "imm[5:3|8:6] rs2"),
          Map.entry("CJR", "rs1"),
          Map.entry("CJALR", "rs1"),
          Map.entry("CMV", "rd rs2"),
          Map.entry("CADD", "rd rs2"));

  private static final Pattern FIELD = Pattern.compile("(imm)\\[([^\\]]*)\\]|(\\w+)('?)");

  private InstructionLayout() {}

  /** What the operand bits of a row hold. */
  static String of(Row row) {
    String layout = LAYOUTS.get(row.format());
    if (layout == null) {
      throw new IllegalArgumentException("no layout for format " + row.format());
    }
    // An atomic has two ordering bits before its registers; a conversion has no second register.
    String funct7 = row.pattern().substring(0, Math.min(7, row.pattern().length()));
    boolean atomic = row.pattern().endsWith("0101111");
    boolean oneRegister =
        row.format().equals("FRM") && row.pattern().chars().filter(c -> c == '-').count() == 13;
    if (row.name().equals("sfence.vma")) {
      return "rs2 rs1";
    }
    return atomic && funct7.endsWith("--")
        ? "aqrl " + layout
        : oneRegister ? layout.substring("rs2 ".length()) : layout;
  }

  /** The instruction with these operands; bits of a format that has none are zero. */
  static int encode(Row row, Operands operands) {
    StringBuilder bits = new StringBuilder();
    Matcher field = FIELD.matcher(of(row));
    while (field.find()) {
      if (field.group(1) != null) {
        immediateBits(bits, field.group(2), operands.get("imm"));
      } else {
        append(bits, operands.get(field.group(3)), width(field.group(3), field.group(4)));
      }
    }
    int instruction = 0;
    int next = 0;
    for (char c : row.pattern().toCharArray()) {
      boolean operandBit = c == '-' && next < bits.length();
      char bit = operandBit ? bits.charAt(next++) : c;
      instruction = instruction << 1 | (bit == '1' ? 1 : 0);
    }
    if (next != bits.length()) {
      throw new IllegalStateException(row.name() + " has " + bits.length() + " operand bits");
    }
    return instruction;
  }

  private static int width(String field, String prime) {
    return switch (field) {
      case "csr" -> 12;
      case "rm" -> 3;
      case "aqrl" -> 2;
      default -> prime.isEmpty() ? 5 : 3; // x8 to x15: their low three bits
    };
  }

  private static void immediateBits(StringBuilder bits, String ranges, long value) {
    for (String range : ranges.split("\\|")) {
      String[] ends = range.split(":");
      int high = Integer.parseInt(ends[0]);
      int low = Integer.parseInt(ends[ends.length - 1]);
      append(bits, value >> low, high - low + 1);
    }
  }

  private static void append(StringBuilder bits, long value, int width) {
    for (int bit = width - 1; bit >= 0; bit--) {
      bits.append((value >> bit & 1) == 0 ? '0' : '1');
    }
  }

  /** The highest bit an immediate of the row has, and the lowest, or -1 if it has none. */
  static int[] immediateRange(Row row) {
    int high = -1;
    int low = Integer.MAX_VALUE;
    Matcher field = FIELD.matcher(of(row));
    while (field.find()) {
      if (field.group(1) != null) {
        for (String bit : field.group(2).split("[|:]")) {
          high = Math.max(high, Integer.parseInt(bit));
          low = Math.min(low, Integer.parseInt(bit));
        }
      }
    }
    return new int[] {high, low};
  }
}
