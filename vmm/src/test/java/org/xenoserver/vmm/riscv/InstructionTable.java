package org.xenoserver.vmm.riscv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of instructions.txt, from which the decoder is made and the assembler works. */
final class InstructionTable {
  static final Path FILE = Path.of("src/main/riscv/instructions.txt");

  /**
   * One instruction.
   *
   * @param pattern 32 or 16 characters 0, 1 and "-", the most significant first
   * @param base the uncompressed instruction it stands for; of an uncompressed one its own name
   * @param nonZero the field that must not be zero, or ""
   */
  record Row(String name, String format, String pattern, String base, String nonZero) {
    /** The bits that are fixed. */
    int mask() {
      return bits('1') | bits('0');
    }

    /** The fixed bits that are one. */
    int match() {
      return bits('1');
    }

    private int bits(char wanted) {
      int bits = 0;
      for (char c : pattern.toCharArray()) {
        bits = bits << 1 | (c == wanted ? 1 : 0);
      }
      return bits;
    }

    boolean compressed() {
      return pattern.length() == 16;
    }

    /** The name of the opcode's constant. */
    String constant() {
      return base.toUpperCase(Locale.ROOT).replace('.', '_');
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private int mainLoop;

  InstructionTable() {
    try {
      for (String line : Files.readAllLines(FILE)) {
        if (line.startsWith("---")) {
          mainLoop = rows.size();
        } else if (!line.isBlank() && !line.startsWith("#")) {
          rows.add(parse(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row parse(String line) {
    String[] nonZero = line.split("!", 2);
    String[] base = nonZero[0].split("=", 2);
    String[] words = base[0].strip().split("\\s+", 3);
    String pattern = words[2].replace(" ", "");
    if (pattern.length() != 32 && pattern.length() != 16) {
      throw new IllegalArgumentException("pattern of " + words[0] + " has " + pattern.length());
    }
    return new Row(
        words[0],
        words[1],
        pattern,
        base.length == 2 ? base[1].strip() : words[0],
        nonZero.length == 2 ? nonZero[1].strip() : "");
  }

  List<Row> rows() {
    return rows;
  }

  /** How many rows the main loop of the interpreter executes itself. */
  int mainLoopRows() {
    return mainLoop;
  }

  Row row(String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no instruction " + name));
  }
}
