package org.xenoserver.vmm.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/**
 * Puts operands into instructions, by the bit layouts as the manual draws them (unprivileged
 * manual, chapter "RV32/64G Instruction Set Listings" and section 28.8). Independent of the
 * processor's decoder, which takes them out again.
 *
 * <p>A layout names, from the most significant on, what the operand bits ("-") of a row's pattern
 * hold: a field of the width its kind has, or {@code imm[...]} with the bits of the immediate.
 */
public final class InstructionLayout {
  /** The operands an instruction can have. */
  public enum Field {
    RD,
    RS1,
    RS2,
    RS3,
    RM,
    AQRL,
    CSR,
    IMM
  }

  /** Values of fields; those not given are zero. */
  public static final class Operands {
    private final long[] values = new long[Field.values().length];

    /** Sets one field. */
    public Operands with(Field field, long value) {
      values[field.ordinal()] = value;
      return this;
    }

    /** Sets one field by its name in lower case. */
    public Operands with(String field, long value) {
      return with(Field.valueOf(field.toUpperCase(Locale.ROOT)), value);
    }

    /** The value of a field. */
    public long get(Field field) {
      return values[field.ordinal()];
    }

    /** The value of a field by its name in lower case. */
    public long get(String field) {
      return get(Field.valueOf(field.toUpperCase(Locale.ROOT)));
    }
  }

  /** Some bits of an operand, and where in the instruction they are. */
  private record Piece(Field field, int from, int widthBits, int to) {}

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

  private static final Map<Row, List<Piece>> PIECES = new ConcurrentHashMap<>();

  private static final Pattern FIELD = Pattern.compile("(imm)\\[([^\\]]*)\\]|(\\w+)('?)");

  private InstructionLayout() {}

  /** What the operand bits of a row hold. */
  public static String of(Row row) {
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
  public static int encode(Row row, Operands operands) {
    int instruction = row.match();
    for (Piece piece : PIECES.computeIfAbsent(row, InstructionLayout::pieces)) {
      int bits = (int) (operands.get(piece.field) >> piece.from) & (1 << piece.widthBits) - 1;
      instruction |= bits << piece.to;
    }
    return instruction;
  }

  /** The pieces of a row; the operand bits of its pattern are taken from the most significant. */
  private static List<Piece> pieces(Row row) {
    List<Piece> bits = new ArrayList<>();
    Matcher field = FIELD.matcher(of(row));
    while (field.find()) {
      if (field.group(1) != null) {
        for (String range : field.group(2).split("\\|")) {
          String[] ends = range.split(":");
          int high = Integer.parseInt(ends[0]);
          int low = Integer.parseInt(ends[ends.length - 1]);
          append(bits, Field.IMM, high, low);
        }
      } else {
        int width = width(field.group(3), field.group(4));
        append(bits, Field.valueOf(field.group(3).toUpperCase(Locale.ROOT)), width - 1, 0);
      }
    }
    List<Piece> placed = new ArrayList<>();
    int length = row.pattern().length();
    for (int at = 0; at < length && placed.size() < bits.size(); at++) {
      if (row.pattern().charAt(at) == '-') {
        Piece bit = bits.get(placed.size());
        placed.add(new Piece(bit.field, bit.from, 1, length - 1 - at));
      }
    }
    if (placed.size() != bits.size()) {
      throw new IllegalStateException(row.name() + " has " + bits.size() + " operand bits");
    }
    return joined(placed);
  }

  private static void append(List<Piece> bits, Field field, int high, int low) {
    for (int bit = high; bit >= low; bit--) {
      bits.add(new Piece(field, bit, 1, 0));
    }
  }

  /** Neighbouring bits of one field as one piece. */
  private static List<Piece> joined(List<Piece> bits) {
    List<Piece> pieces = new ArrayList<>();
    for (Piece bit : bits) {
      Piece last = pieces.isEmpty() ? null : pieces.getLast();
      if (last != null
          && last.field == bit.field
          && last.from == bit.from + 1
          && last.to == bit.to + 1) {
        pieces.removeLast();
        pieces.add(new Piece(last.field, bit.from, last.widthBits + 1, bit.to));
      } else {
        pieces.add(bit);
      }
    }
    return List.copyOf(pieces);
  }

  private static int width(String field, String prime) {
    return switch (field) {
      case "csr" -> 12;
      case "rm" -> 3;
      case "aqrl" -> 2;
      default -> prime.isEmpty() ? 5 : 3; // x8 to x15: their low three bits
    };
  }

  /** The highest bit an immediate of the row has, and the lowest, or -1 if it has none. */
  public static int[] immediateRange(Row row) {
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
