package org.xenoserver.ops.xenctl;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.xenoserver.proto.config.Durations;
import org.xenoserver.proto.config.Endpoint;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command line; whatever goes wrong becomes one sentence and an exit status. */
final class CommandRunner {
  private static final int HELP_COLUMNS = 90;

  private CommandRunner() {}

  static int run(Shell shell, String... args) {
    Xenctl xenctl = new Xenctl(shell);
    CommandLine commandLine = new CommandLine(xenctl);
    commandLine
        .registerConverter(Duration.class, converter(Durations::parse))
        .registerConverter(Endpoint.class, converter(Endpoint::parse))
        .registerConverter(OutputFormat.class, converter(CommandRunner::format))
        .registerConverter(Pattern.class, converter(CommandRunner::pattern))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        // What maintain runs may have arguments that begin with @.
        .setExpandAtFiles(false)
        .setUsageHelpWidth(HELP_COLUMNS)
        .setOut(new PrintWriter(new OutputStreamWriter(shell.out(), StandardCharsets.UTF_8), true))
        .setParameterExceptionHandler((e, arguments) -> wrongUsage(xenctl, e))
        .setExecutionExceptionHandler((e, failed, parsed) -> failed(xenctl, e));
    commandLine.getCommandSpec().usageMessage().exitCodeList(ExitStatus.table());
    int status = commandLine.execute(args);
    shell.out().flush();
    return status;
  }

  /** The verbs, for sentences. */
  static String verbs(CommandSpec root) {
    return root.subcommands().keySet().stream().collect(Collectors.joining(", "));
  }

  static String unknownVerb(String verb, CommandSpec root) {
    return "unknown verb '%s'; allowed are %s".formatted(verb, verbs(root));
  }

  static Duration duration(String text) {
    return Durations.parse(text);
  }

  private static int wrongUsage(Xenctl xenctl, ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String problem = String.valueOf(e.getMessage());
    if (command.parent() == null
        && e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      problem = unknownVerb(unmatched.getUnmatched().getFirst(), command);
    }
    String sentence = problem.substring(0, 1).toLowerCase(Locale.ROOT) + problem.substring(1);
    xenctl
        .errors()
        .print(
            Failure.of(
                ExitStatus.USAGE,
                "%s; see %s --help".formatted(sentence, command.qualifiedName())));
    return ExitStatus.USAGE.code();
  }

  private static int failed(Xenctl xenctl, Exception e) {
    Failure failure =
        e instanceof Failure known
            ? known
            : Failure.of(ExitStatus.INTERNAL, "internal error: " + e);
    xenctl.errors().print(failure);
    return failure.exitStatus().code();
  }

  private static OutputFormat format(String text) {
    return switch (text) {
      case "table" -> OutputFormat.TABLE;
      case "json" -> OutputFormat.JSON;
      case "xml" -> OutputFormat.XML;
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is not a format; allowed are table, json and, for show, xml");
    };
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text, Pattern.MULTILINE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'%s' is not a regular expression: %s at character %d"
              .formatted(text, e.getDescription(), e.getIndex() + 1),
          e);
    }
  }

  private static <T> ITypeConverter<T> converter(Function<String, T> parser) {
    return text -> {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    };
  }
}
