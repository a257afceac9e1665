package org.xenoserver.integrationtests;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The shell of a Debian guest, on its serial console. */
final class Shell {
  static final Duration BOOT_PATIENCE = Duration.ofSeconds(150);
  static final Duration COMMAND_PATIENCE = Duration.ofSeconds(90);

  private final Transcript console;
  private final Consumer<String> keyboard;
  private int commands;

  /**
   * A shell that may not have come up yet.
   *
   * @param keyboard takes what is typed
   */
  Shell(Transcript console, Consumer<String> keyboard) {
    this.console = console;
    this.keyboard = keyboard;
  }

  /** Waits for the kernel and for the prompt; returns the kernel's version. */
  String awaitPrompt() throws InterruptedException {
    String version = console.await(Pattern.compile("Linux version (\\S+)"), BOOT_PATIENCE).group(1);
    console.await(Pattern.compile("root@\\S+:/# "), BOOT_PATIENCE);
    return version;
  }

  /** Types a command line and returns what it printed, with plain line ends. */
  String run(String command) throws InterruptedException {
    commands++;
    // The quotes keep what is echoed from looking like what is printed.
    keyboard.accept("echo '<''%d'; %s; echo '%d''>'\n".formatted(commands, command, commands));
    return console
        .await(
            Pattern.compile(
                "<%d\r*\n(.*?)\\b%d>\r*\n".formatted(commands, commands), Pattern.DOTALL),
            COMMAND_PATIENCE)
        .group(1)
        .replace("\r", "");
  }

  /** Types a line without waiting. */
  void type(String line) {
    keyboard.accept(line + "\n");
  }
}
