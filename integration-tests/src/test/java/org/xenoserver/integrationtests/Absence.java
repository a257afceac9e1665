package org.xenoserver.integrationtests;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Says aloud that a test does not run for want of something on this machine, and skips it. */
public final class Absence {
  private Absence() {}

  /** Skips the test. */
  public static <T> T of(String what, String why) {
    String message = "NOT RUN for want of " + what + ": " + why;
    System.out.println(message);
    return Assumptions.abort(message);
  }

  /** The first of some files that is there; skips the test if none is. */
  static Path unlessAnyOf(String what, String... files) {
    for (String file : files) {
      if (Files.exists(Path.of(file))) {
        return Path.of(file);
      }
    }
    return of(what, "there is no " + String.join(" or ", files));
  }
}
