package org.xenoserver.vmm.assembler;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The rows of instructions.txt, from which the decoder is made and the assembler works. */
public final class InstructionTable {
  private static final String FILE = "instructions.txt";

  /**
   * One instruction.
   *
   * @param name the assembler's name
   * @param format how operands are laid out
   * @param pattern 32 or 16 characters 0, 1 and "-", the most significant first
   * @param base the uncompressed instruction it stands for; of an uncompressed one its own name
   * @param nonZero the field that must not be zero, or ""
   */
  public record Row(String name, String format, String pattern, String base, String nonZero) {
    /** The bits that are fixed. */
    public int mask() {
      return bits('1') | bits('0');
    }

    /** The fixed bits that are one. */
    public int match() {
      return bits('1');
    }

    private int bits(char wanted) {
      int bits = 0;
      for (char c : pattern.toCharArray()) {
        bits = bits << 1 | (c == wanted ? 1 : 0);
      }
      return bits;
    }

    public boolean compressed() {
      return pattern.length() == 16;
    }

    /** The name of the opcode's constant. */
    public String constant() {
      return base.toUpperCase(Locale.ROOT).replace('.', '_');
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private int mainLoop;

  /** Reads the table that came with the program. */
  public InstructionTable() {
    try (InputStream file = InstructionTable.class.getResourceAsStream(FILE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
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

  /** All rows in the order of the table. */
  public List<Row> rows() {
    return rows;
  }

  /** How many rows the main loop of the interpreter executes itself. */
  public int mainLoopRows() {
    return mainLoop;
  }

  /** The row of a name. */
  public Row row(String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no instruction " + name));
  }
}
