package org.xenoserver.ops.xenctl;

import java.util.Optional;

/** A terminal that hands over every key as typed, until it is closed. */
interface RawTerminal extends AutoCloseable {
  /** Gives the terminal back as it was. */
  @Override
  void close();

  /** Where a terminal comes from. */
  @FunctionalInterface
  interface Source {
    /** Makes standard input raw; empty if it is not a terminal. */
    Optional<RawTerminal> open();
  }
}
