package org.xenoserver.integrationtests.faults;

import java.util.function.Consumer;

/** Cuts what a console says into lines. Used by one thread at a time. */
final class ConsoleLines {
  private final Consumer<String> lines;
  private final StringBuilder begun = new StringBuilder();

  /** Hands each line over without its end. */
  ConsoleLines(Consumer<String> lines) {
    this.lines = lines;
  }

  void add(String said) {
    begun.append(said);
    int end = begun.indexOf("\n");
    while (end >= 0) {
      lines.accept(begun.substring(0, end).stripTrailing());
      begun.delete(0, end + 1);
      end = begun.indexOf("\n");
    }
  }
}
