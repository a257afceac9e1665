package org.xenoserver.vmm.run;

import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers wrong usage with one sentence on standard error and status 2. */
public final class OneSentenceErrors implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(command.getCommandSpec().qualifiedName() + ": " + sentence(e, command));
    return 2;
  }

  private static String sentence(ParameterException e, CommandLine command) {
    return switch (e) {
      case UnmatchedArgumentException unmatched ->
          "'%s' is not understood; options are %s"
              .formatted(unmatched.getUnmatched().getFirst(), options(command));
      case MissingParameterException missing -> {
        ArgSpec argument = missing.getMissing().getFirst();
        yield argument instanceof OptionSpec option
            ? "%s needs a value: %s".formatted(option.longestName(), option.paramLabel())
            : "%s is missing".formatted(argument.paramLabel());
      }
      case OverwrittenOptionException twice
          when twice.getOverwritten() instanceof OptionSpec option ->
          "%s is given more than once".formatted(option.longestName());
      default -> String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
    };
  }

  private static String options(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .map(OptionSpec::longestName)
        .collect(Collectors.joining(", "));
  }
}
