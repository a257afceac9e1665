package org.xenoserver.ops.simulate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Runs seeds until one violates an invariant, or all have been run. */
@Command(
    name = "simulate",
    description = {
      "Runs the control plane, manager and agent, in virtual time with faults from seeds, and checks",
      "at every step what must hold. Status 0 if it did, 1 if not, 2 for wrong usage."
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

  @Option(names = "--seeds", paramLabel = "FROM-TO", description = "seeds to run (1-1000)")
  private String seeds = "1-1000";

  @Option(names = "--replay", paramLabel = "SEED", description = "run one and print what happens")
  @Nullable
  private Long replay;

  @Option(
      names = "--without",
      paramLabel = "SAFEGUARD",
      description = "leave out fencing, epoch or idempotency; a violation is to be found then")
  private Set<Safeguard> without = EnumSet.noneOf(Safeguard.class);

  @Option(names = "-o", paramLabel = "FORMAT", description = "text or json (text)")
  private String format = "text";

  @Spec private CommandSpec command;

  /** A command not parsed yet. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public SimulateCommand() {}

  /**
   * What came of it.
   *
   * @param seeds how many were run
   * @param violation the first; null if there was none
   */
  record Report(
      long seeds,
      List<String> without,
      long steps,
      double virtualSeconds,
      double seconds,
      double seedsPerSecond,
      @Nullable Found violation) {}

  /** An invariant that did not hold. */
  record Found(long seed, long step, double atSeconds, String sentence) {}

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    if (!format.equals("text") && !format.equals("json")) {
      throw wrong("-o is '" + format + "'; it must be text or json");
    }
    if (replay != null) {
      Scenario.Result result = Scenario.run(replay, without, out::println);
      out.println(
          result.violation() == null
              ? "seed " + replay + ": no violation in " + result.step() + " steps"
              : text(found(result)));
      out.flush();
      return result.violation() == null ? 0 : 1;
    }
    Matcher range = RANGE.matcher(seeds);
    if (!range.matches()) {
      throw wrong("--seeds is '" + seeds + "'; it must be a number or a range such as 1-1000");
    }
    long first = Long.parseLong(range.group(1));
    long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
    if (last < first) {
      throw wrong("--seeds is '" + seeds + "'; it must not end before it begins");
    }
    Report report = run(first, last);
    out.print(format.equals("json") ? json(report) : text(report));
    out.flush();
    return report.violation() == null ? 0 : 1;
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(command.commandLine(), sentence);
  }

  private Report run(long first, long last) {
    long startNs = System.nanoTime();
    long steps = 0;
    long virtualNs = 0;
    long run = 0;
    Found found = null;
    for (long seed = first; seed <= last && found == null; seed++) {
      Scenario.Result result = Scenario.run(seed, without, line -> {});
      run++;
      steps += result.step();
      virtualNs += result.virtualNs();
      if (result.violation() != null) {
        found = found(result);
      }
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    List<String> left = new ArrayList<>();
    without.forEach(safeguard -> left.add(safeguard.name().toLowerCase(Locale.ROOT)));
    return new Report(run, left, steps, virtualNs / 1e9, seconds, run / seconds, found);
  }

  private static Found found(Scenario.Result result) {
    return new Found(
        result.seed(), result.step(), result.virtualNs() / 1e9, String.valueOf(result.violation()));
  }

  private static String text(Report report) {
    Found found = report.violation();
    return String.format(
            Locale.ROOT,
            "%d seeds, %.0f virtual seconds, %d steps in %.1f s: %.1f seeds/s%n",
            report.seeds(),
            report.virtualSeconds(),
            report.steps(),
            report.seconds(),
            report.seedsPerSecond())
        + (found == null ? "no violation\n" : text(found) + "\n");
  }

  private static String text(Found found) {
    return String.format(
        Locale.ROOT,
        "seed %d, step %d, second %.3f: %s",
        found.seed(),
        found.step(),
        found.atSeconds(),
        found.sentence());
  }

  private static String json(Report report) {
    return JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writeValueAsString(report)
        + "\n";
  }
}
