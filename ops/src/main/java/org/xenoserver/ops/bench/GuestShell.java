package org.xenoserver.ops.bench;

import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The shell on a guest's serial console. */
final class GuestShell {
  static final String HOST_NAME = "bench";

  /** What the kernel must be told for {@link #PROMPT} to appear. */
  static final String APPEND = "console=ttyS0 hostname=" + HOST_NAME;

  /** The prompt of the image's shell. */
  static final Pattern PROMPT = Pattern.compile("root@" + HOST_NAME + ":\\S*# ");

  static final Duration BOOT_PATIENCE = Duration.ofSeconds(180);

  private final Child machine;
  private int typed;

  GuestShell(Child machine) {
    this.machine = machine;
  }

  /**
   * What a command did.
   *
   * @param elapsedMs from its being typed until its end was seen
   */
  record Outcome(double elapsedMs, String output) {}

  void awaitPrompt() throws BenchException, InterruptedException {
    machine.await(PROMPT, "a shell prompt", BOOT_PATIENCE);
  }

  /**
   * Runs a script of lines in the shell itself.
   *
   * @throws BenchException if it does not end in time or with status 0
   */
  Outcome run(String title, String script, Duration patience)
      throws BenchException, InterruptedException {
    typed++;
    machine.type("cat >/run/script <<'END'\n" + script.strip() + "\nEND\n");
    machine.await(PROMPT, "the prompt before " + title, patience);
    // In the echo of what is typed here the marks are interrupted by quotes.
    String line = "echo '@'\"<%d>\"; . /run/script; echo '@'\"<%d:$?>\"\n".formatted(typed, typed);
    long startNs = System.nanoTime();
    machine.type(line);
    MatchResult found =
        machine.await(
            Pattern.compile("(?s)@<%d>\r?\n(.*?)@<%d:(\\d+)>".formatted(typed, typed)),
            "the end of " + title,
            patience);
    double elapsedMs = (System.nanoTime() - startNs) / 1e6;
    machine.await(PROMPT, "the prompt after " + title, patience);
    if (!found.group(2).equals("0")) {
      throw new BenchException(
          "%s ended with status %s: %s".formatted(title, found.group(2), text(found.group(1))));
    }
    return new Outcome(elapsedMs, text(found.group(1)));
  }

  private static String text(String output) {
    return output.replace("\r", "").strip();
  }
}
