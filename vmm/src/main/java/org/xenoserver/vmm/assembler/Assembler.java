package org.xenoserver.vmm.assembler;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.assembler.InstructionLayout.Operands;
import org.xenoserver.vmm.assembler.InstructionTable.Row;

/**
 * A small assembler in the usual syntax, so that small guest programs need no cross toolchain.
 *
 * <p>Every instruction of the table, compressed ones by their "c." names; labels; the commonest
 * {@link PseudoInstructions}; the directives .byte, .half, .word, .dword, .ascii, .zero and .org
 * (an offset from the base). A comment begins with #.
 */
public final class Assembler {
  private static final Map<String, Row> ROWS = new HashMap<>();
  private static final String[] ROUNDING = {"rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn"};

  static {
    new InstructionTable().rows().forEach(row -> ROWS.put(row.name(), row));
  }

  private final long base;
  private final Map<String, Long> labels = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean addressesKnown;

  private Assembler(long base) {
    this.base = base;
  }

  /** Assembles a program that begins at an address. */
  public static Program assemble(long base, String source) {
    Assembler assembler = new Assembler(base);
    assembler.pass(source);
    assembler.addressesKnown = true;
    assembler.out.reset();
    assembler.pass(source);
    return new Program(base, assembler.out.toByteArray(), Map.copyOf(assembler.labels));
  }

  /** The bits of one instruction at address 0. */
  public static int instruction(String line) {
    byte[] bytes = assemble(0, line).bytes();
    int value = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  private void pass(String source) {
    int number = 0;
    for (String line : source.split("\n")) {
      number++;
      try {
        String text = line.replaceFirst("#.*", "").strip();
        while (text.matches("\\w+:.*")) {
          labels.put(text.substring(0, text.indexOf(':')), here());
          text = text.substring(text.indexOf(':') + 1).strip();
        }
        if (!text.isEmpty()) {
          statement(text);
        }
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("line %d: %s".formatted(number, line.strip()), e);
      }
    }
  }

  private long here() {
    return base + out.size();
  }

  private void statement(String text) {
    String[] words = text.split("\\s+", 2);
    String name = words[0].toLowerCase(Locale.ROOT);
    String rest = words.length == 2 ? words[1].strip() : "";
    if (name.startsWith(".")) {
      directive(name, rest);
      return;
    }
    List<String> operands = rest.isEmpty() ? List.of() : List.of(rest.split("\\s*,\\s*"));
    List<String> expansion = PseudoInstructions.expand(name, operands);
    if (expansion != null) {
      expansion.forEach(this::statement);
      return;
    }
    Row row = ROWS.get(name.replaceFirst("\\.(aqrl|aq|rl)$", ""));
    if (row == null) {
      throw new IllegalArgumentException("no instruction " + name);
    }
    Operands values = operands(row, operands);
    int ordering =
        name.endsWith(".aqrl") ? 3 : name.endsWith(".aq") ? 2 : name.endsWith(".rl") ? 1 : 0;
    number(
        InstructionLayout.encode(row, values.with("aqrl", ordering)), row.pattern().length() / 8);
  }

  private void directive(String name, String rest) {
    switch (name) {
      case ".org" -> out.writeBytes(new byte[(int) (value(rest) - out.size())]);
      case ".zero" -> out.writeBytes(new byte[(int) value(rest)]);
      case ".ascii" ->
          out.writeBytes(
              rest.substring(1, rest.length() - 1)
                  .replace("\\n", "\n")
                  .getBytes(StandardCharsets.US_ASCII));
      default -> {
        int size =
            switch (name) {
              case ".byte" -> 1;
              case ".half" -> 2;
              case ".word" -> 4;
              case ".dword" -> 8;
              default -> throw new IllegalArgumentException("no directive " + name);
            };
        for (String item : rest.split("\\s*,\\s*")) {
          number(value(item), size);
        }
      }
    }
  }

  private void number(long value, int sizeBytes) {
    for (int i = 0; i < sizeBytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  // ---- operands

  private Operands operands(Row row, List<String> written) {
    List<String> order = writtenOrder(row);
    List<String> given = new ArrayList<>(written);
    if (order.contains("rm") && given.size() < order.size()) {
      given.add("dyn");
    }
    if (given.size() != order.size()) {
      throw new IllegalArgumentException("operands are " + order);
    }
    Operands values = new Operands();
    for (int i = 0; i < order.size(); i++) {
      operand(row, values, order.get(i), given.get(i));
    }
    return values;
  }

  /** Fields in the order in which the assembler writes them; "mem" is an offset(rs1). */
  private static List<String> writtenOrder(Row row) {
    boolean memory = row.name().matches("(c\\.)?f?l[bhwd]u?");
    return switch (row.format()) {
      case "N" -> List.of();
      case "I" -> memory ? List.of("rd", "mem") : List.of("rd", "rs1", "imm");
      case "FL", "CLW", "CLD", "CFLD" -> List.of("rd", "mem");
      case "S", "CSW", "CSD" -> List.of("rs2", "mem");
      case "R" ->
          row.name().equals("sfence.vma")
              ? List.of("rs1", "rs2")
              : row.pattern().endsWith("0101111")
                  ? List.of("rd", "rs2", "mem")
                  : List.of("rd", "rs1", "rs2");
      case "R1" -> List.of("rd", row.pattern().endsWith("0101111") ? "mem" : "rs1");
      case "FR" -> List.of("rd", "rs1", "rs2");
      case "FR1" -> List.of("rd", "rs1");
      case "SH6", "SH5" -> List.of("rd", "rs1", "imm");
      case "B" -> List.of("rs1", "rs2", "target");
      case "J" -> List.of("rd", "target");
      case "U", "CIW", "CI", "CLI", "CLUI", "CBSH", "CBI", "CISH", "CLWSP", "CLDSP", "CFLDSP" ->
          List.of("rd", "imm");
      case "CI16SP" -> List.of("imm");
      case "CSWSP", "CSDSP" -> List.of("rs2", "imm");
      case "CSR" -> List.of("rd", "csr", row.name().endsWith("i") ? "uimm" : "rs1");
      case "FRM" ->
          InstructionLayout.of(row).startsWith("rs2")
              ? List.of("rd", "rs1", "rs2", "rm")
              : List.of("rd", "rs1", "rm");
      case "XRM" -> List.of("rd", "rs1", "rm");
      case "R4" -> List.of("rd", "rs1", "rs2", "rs3", "rm");
      case "CA", "CMV", "CADD" -> List.of("rd", "rs2");
      case "CJ" -> List.of("target");
      case "CB" -> List.of("rs1", "target");
      case "CJR", "CJALR" -> List.of("rs1");
      default -> throw new IllegalArgumentException("format " + row.format());
    };
  }

  private void operand(Row row, Operands values, String field, String text) {
    switch (field) {
      case "imm" -> values.with("imm", value(text) << (row.format().matches("U|CLUI") ? 12 : 0));
      case "uimm" -> values.with("rs1", value(text));
      case "target" -> values.with("imm", addressesKnown ? distance(row, text) : 0);
      case "csr" -> {
        @Nullable Integer known = Registers.control(text);
        values.with("csr", known != null ? known : value(text));
      }
      case "rm" -> values.with("rm", List.of(ROUNDING).indexOf(text));
      case "mem" -> {
        int bracket = text.indexOf('(');
        values.with("imm", bracket == 0 ? 0 : value(text.substring(0, bracket)));
        register(values, "rs1", text.substring(bracket + 1, text.length() - 1));
      }
      default -> register(values, field, text);
    }
  }

  private long distance(Row row, String text) {
    long distance = value(text) - here();
    int unused = 63 - InstructionLayout.immediateRange(row)[0];
    if (distance << unused >> unused != distance) {
      throw new IllegalArgumentException(text + " is too far: " + distance);
    }
    return distance;
  }

  private static void register(Operands values, String field, String text) {
    @Nullable Integer number = Registers.number(text);
    if (number == null) {
      throw new IllegalArgumentException("no register " + text);
    }
    values.with(field, number);
  }

  /**
   * A number, a label, or one part of the distance to a label from an instruction: %hi(label,
   * distance of the reference from here) is written %hi:label:bytes, its low part %lo:label:bytes.
   */
  private long value(String text) {
    if (text.startsWith("%")) {
      String[] parts = text.split(":");
      long distance = (addressesKnown ? value(parts[1]) : 0) - (here() - Long.parseLong(parts[2]));
      long high = distance + 0x800 >> 12;
      return parts[0].equals("%hi") ? high : distance - (high << 12);
    }
    if (text.matches("-?\\d.*")) {
      return PseudoInstructions.constant(text);
    }
    Long label = labels.get(text);
    if (label == null && addressesKnown) {
      throw new IllegalArgumentException("no label " + text);
    }
    return label == null ? 0 : label;
  }
}
