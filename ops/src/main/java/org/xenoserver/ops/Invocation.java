package org.xenoserver.ops;

import java.util.concurrent.Callable;
import org.xenoserver.vmm.run.OneSentenceErrors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Runs a command with its arguments; what goes wrong is one sentence on standard error. */
final class Invocation {
  /** The status of wrong usage. */
  static final int WRONG_USAGE = 2;

  private static final int FAILURE = 1;

  private Invocation() {}

  /**
   * Runs a picocli command.
   *
   * @param name what errors and the help call it
   * @return the command's own status, 1 for a failure, 2 for wrong usage
   */
  static int run(String name, Callable<Integer> command, String... arguments) {
    CommandLine commandLine = new CommandLine(command);
    commandLine.setCommandName(name);
    addHelp(commandLine.getCommandSpec());
    return commandLine
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(new OneSentenceErrors())
        .setExecutionExceptionHandler((problem, failed, given) -> report(failed, problem))
        .execute(arguments);
  }

  private static void addHelp(CommandSpec command) {
    if (command.findOption("--help") == null) {
      command.addOption(
          OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this.").build());
    }
    command.subcommands().values().forEach(nested -> addHelp(nested.getCommandSpec()));
  }

  private static int report(CommandLine failed, Exception problem) {
    System.err.println(failed.getCommandSpec().qualifiedName() + ": " + sentence(problem));
    return FAILURE;
  }

  private static String sentence(Exception problem) {
    String message = problem.getMessage();
    if (problem instanceof InterruptedException) {
      return "interrupted";
    } else if (message == null || message.isBlank()) {
      message = problem.getClass().getSimpleName();
    } else if (problem instanceof RuntimeException) {
      message = "internal error: " + problem.getClass().getSimpleName() + ": " + message;
    }
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
