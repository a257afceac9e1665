package org.xenoserver.ops.xenctl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a heading, columns two blanks apart. Figures are set flush right. */
final class Table {
  private final boolean[] rightAligned;
  private final List<String[]> rows = new ArrayList<>();

  /** Headings; one that begins with {@code >} is of a column of figures. */
  Table(String... headings) {
    rightAligned = new boolean[headings.length];
    String[] first = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      rightAligned[i] = headings[i].startsWith(">");
      first[i] = rightAligned[i] ? headings[i].substring(1) : headings[i];
    }
    rows.add(first);
  }

  /** Adds a row; an empty cell is shown as a dash, and no cell breaks the line. */
  void add(String... cells) {
    if (cells.length != rightAligned.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + rightAligned.length);
    }
    rows.add(
        Arrays.stream(cells)
            .map(cell -> cell.isBlank() ? "-" : printable(cell))
            .toArray(String[]::new));
  }

  /** The text with control characters, which could drive a terminal, replaced. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String toString() {
    int[] widths = new int[rightAligned.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - width(row[i]));
        line.append(i == 0 ? "" : "  ");
        line.append(rightAligned[i] ? blanks + row[i] : row[i] + blanks);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
