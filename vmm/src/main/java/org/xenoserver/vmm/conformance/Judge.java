package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who says what a program should have done. */
sealed interface Judge extends AutoCloseable permits QemuJudge, InterpreterJudge {
  /**
   * A program that two processors disagree on.
   *
   * @param program which
   * @param difference the first difference, in words
   */
  record Disagreement(GuestProgram program, String difference) {}

  /** How many programs to give at a time. */
  int batch();

  /** Whether programs must keep to what every processor does alike. */
  boolean portable();

  /** Runs programs; the first that two processors disagree on, null if there is none. */
  @Nullable Disagreement check(List<GuestProgram> programs)
      throws IOException, InterruptedException;

  @Override
  void close();
}
