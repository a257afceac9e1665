package org.xenoserver.ops.demo;

import java.io.PrintStream;
import java.util.regex.Pattern;

/** Prints one source's output as whole lines with its name before each. Used by one thread. */
final class PrefixedLines {
  /** Control sequences (ECMA-48 5.4), which would move the cursor of the terminal we print on. */
  private static final Pattern CONTROL =
      Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|[\\x00-\\x08\\x0b-\\x1f\\x7f]");

  private static final int LONGEST_LINE = 4096;

  private final String prefix;
  private final PrintStream out;
  private final StringBuilder line = new StringBuilder();

  PrefixedLines(String name, PrintStream out) {
    this.prefix = name + " | ";
    this.out = out;
  }

  /** Prints the lines that are complete, and keeps the rest. */
  void print(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || line.length() == LONGEST_LINE) {
        end();
      }
      if (c != '\n') {
        line.append(c);
      }
    }
  }

  /** Prints what is left as a line of its own. */
  void end() {
    if (!line.isEmpty()) {
      out.println(prefix + CONTROL.matcher(line).replaceAll(""));
      line.setLength(0);
    }
  }
}
