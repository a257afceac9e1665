package org.xenoserver.ops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xenoserver.ops.bench.CpuReport.Boot;
import org.xenoserver.ops.bench.CpuReport.Commands;
import org.xenoserver.ops.bench.CpuReport.Environment;
import org.xenoserver.ops.bench.CpuReport.KernelFigures;
import org.xenoserver.ops.bench.CpuReport.KernelResult;
import org.xenoserver.ops.bench.CpuReport.Kernels;
import org.xenoserver.ops.bench.CpuReport.Latency;
import org.xenoserver.ops.bench.CpuReport.PauseResult;
import org.xenoserver.ops.bench.CpuReport.Pauses;

/** A report for people; problems are told on standard error. */
final class TextReport {
  /** A round is shown as a multiple of the steady state; more do not fit a line. */
  private static final int SHOWN_ROUNDS = 16;

  private final StringBuilder text = new StringBuilder();
  private final List<String> machines;
  private final List<String> peers;

  private TextReport(Environment environment) {
    this.machines = List.copyOf(environment.machines().keySet());
    this.peers = machines.stream().filter(name -> !name.equals(XenoServer.NAME)).toList();
  }

  static String of(CpuReport report) {
    TextReport text = new TextReport(report.environment());
    text.environment(report.environment());
    if (report.kernels() != null) {
      text.kernels(report.kernels());
    }
    if (report.commands() != null) {
      text.commands(report.commands());
    }
    if (report.boot() != null) {
      text.boot(report.boot());
    }
    if (report.pauses() != null) {
      text.pauses(report.pauses());
    }
    return text.text.toString();
  }

  private void environment(Environment environment) {
    line(
        "%s, %d processors, load %.2f"
            .formatted(
                environment.operatingSystem(),
                environment.processors(),
                environment.loadAverage()));
    environment.machines().forEach((name, version) -> line("%-5s %s".formatted(name, version)));
    if (!environment.compiler().isEmpty()) {
      line("built with " + environment.compiler());
    }
    line("A ratio is our time divided by the peer's: below 1 we are faster.");
  }

  private void kernels(Kernels kernels) {
    line("");
    line(
        "Kernels: ms per round at steady state, %d rounds, %d runs of each machine in turn"
            .formatted(kernels.rounds(), kernels.runs()));
    List<String> heading = new ArrayList<>(List.of("kernel"));
    machines.forEach(name -> heading.add(name + " ms"));
    peers.forEach(peer -> heading.addAll(List.of("/" + peer, "minima")));
    machines.forEach(name -> heading.add(name + " MIPS"));
    machines.forEach(name -> heading.add(name + " warm-up"));
    List<List<String>> rows = new ArrayList<>();
    kernels.results().forEach(result -> rows.add(row(result)));
    List<String> means = new ArrayList<>(List.of("geometric mean"));
    machines.forEach(name -> means.add(""));
    peers.forEach(
        peer -> means.addAll(List.of(number("%.2f", kernels.geometricMeans().get(peer)), "")));
    rows.add(means);
    table(heading, rows);
    kernels
        .speedUp()
        .forEach((name, speedUp) ->
            line("throughput of several harts on %s: %.2f times one's".formatted(name, speedUp)));
    line("");
    line("Warm-up of each first run: its rounds as multiples of the steady state");
    kernels.results().forEach(this::warmUp);
    statistics(kernels);
  }

  private List<String> row(KernelResult result) {
    List<String> row = new ArrayList<>(List.of(title(result)));
    machines.forEach(name -> row.add(number("%.1f", value(result, name, KernelFigures::medianMs))));
    for (String peer : peers) {
      row.add(number("%.2f", result.ratios().get(peer)));
      row.add(number("%.2f", result.ratiosOfMinima().get(peer)));
    }
    machines.forEach(name -> row.add(number("%.0f", value(result, name, KernelFigures::mips))));
    machines.forEach(name ->
        row.add(
            number(
                "%.0f",
                value(
                    result,
                    name,
                    figures ->
                        Statistics.median(
                            figures.roundsToWarm().stream().map(Integer::doubleValue).toList())))));
    return row;
  }

  private static String title(KernelResult result) {
    return result.harts() == 1
        ? result.kernel()
        : "%s, %d harts".formatted(result.kernel(), result.harts());
  }

  @FunctionalInterface
  private interface Figure {
    @Nullable Double of(KernelFigures figures);
  }

  private static @Nullable Double value(KernelResult result, String machine, Figure figure) {
    KernelFigures figures = result.machines().get(machine);
    return figures == null ? null : figure.of(figures);
  }

  private void warmUp(KernelResult result) {
    result
        .machines()
        .forEach((name, figures) -> {
          StringBuilder curve = new StringBuilder();
          figures.roundsMs().getFirst().stream()
              .limit(SHOWN_ROUNDS)
              .forEach(ms -> curve.append(number(" %.2f", ms / figures.medianMs())));
          line("%-18s %-5s%s".formatted(title(result), name, curve));
        });
  }

  /** What our machine says of itself beyond time and memory, such as how much it translated. */
  private void statistics(Kernels kernels) {
    for (KernelResult result : kernels.results()) {
      KernelFigures ours = result.machines().get(XenoServer.NAME);
      if (ours != null && !ours.statistics().isEmpty()) {
        Map<String, Object> translated = new TreeMap<>();
        flatten("", ours.statistics().getFirst(), translated);
        translated.keySet().removeIf(key -> !key.contains("transl"));
        if (!translated.isEmpty()) {
          line("%-18s %s".formatted(title(result), translated));
        }
      }
    }
  }

  private static void flatten(String prefix, Map<?, ?> from, Map<String, Object> to) {
    from.forEach((key, value) -> {
      if (value instanceof Map<?, ?> nested) {
        flatten(prefix + key + ".", nested, to);
      } else if (value != null) {
        to.put(prefix + key, value);
      }
    });
  }

  private void commands(Commands commands) {
    line("");
    line(
        "Commands in Debian: ms, each once in each of %d machines started, %d hart(s), %d MiB"
            .formatted(commands.runs(), commands.harts(), commands.memoryMiB()));
    List<List<String>> rows = new ArrayList<>();
    commands
        .results()
        .forEach(result -> rows.add(timings(result.command(), result.machines(), result.ratios())));
    List<String> means = new ArrayList<>(List.of("geometric mean"));
    machines.forEach(name -> means.add(""));
    peers.forEach(peer -> means.add(number("%.2f", commands.geometricMeans().get(peer))));
    rows.add(means);
    table(timingsHeading("command"), rows);
  }

  private void boot(Boot boot) {
    line("");
    line(
        "Boot to the shell's prompt: ms, median of %d, %d hart(s), %d MiB"
            .formatted(boot.runs(), boot.harts(), boot.memoryMiB()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(timings("cold start", boot.cold(), boot.ratios()));
    Timings second = boot.secondDomain();
    if (second != null) {
      rows.add(
          timings("second domain", Map.of(XenoServer.NAME, second), boot.secondDomainRatios()));
    }
    table(timingsHeading("boot"), rows);
  }

  private void pauses(Pauses pauses) {
    line("");
    line(
        "Until a vCPU has stopped, until the call returns that asked, and until a thread has stopped"
            + " that only looks for it: us, of %d pauses".formatted(pauses.pauses()));
    List<List<String>> rows = new ArrayList<>();
    for (PauseResult result : pauses.results()) {
      List<String> row = new ArrayList<>(List.of(result.kernel()));
      for (Latency latency : List.of(result.stop(), result.call(), result.control())) {
        row.add(number("%.0f", latency.medianUs()));
        row.add(number("%.0f", latency.p99Us()));
        row.add(number("%.0f", latency.p999Us()));
        row.add(number("%.0f", latency.longestUs()));
      }
      rows.add(row);
    }
    table(
        List.of(
            "kernel",
            "median",
            "p99",
            "p99.9",
            "longest",
            "call median",
            "p99",
            "p99.9",
            "longest",
            "control median",
            "p99",
            "p99.9",
            "longest"),
        rows);
  }

  private List<String> timingsHeading(String what) {
    List<String> heading = new ArrayList<>(List.of(what));
    machines.forEach(name -> heading.add(name + " ms"));
    peers.forEach(peer -> heading.add("/" + peer));
    return heading;
  }

  private List<String> timings(
      String what, Map<String, Timings> timings, Map<String, Double> ratios) {
    List<String> row = new ArrayList<>(List.of(what));
    for (String name : machines) {
      Timings of = timings.get(name);
      row.add(number("%.0f", of == null ? null : of.medianMs()));
    }
    peers.forEach(peer -> row.add(number("%.2f", ratios.get(peer))));
    return row;
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }

  private void table(List<String> heading, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>(List.of(heading));
    rows.forEach(row -> all.add(padded(row, heading.size())));
    int[] widths = new int[heading.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String blanks = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + blanks : "  " + blanks + row.get(i));
      }
      line(line.toString().stripTrailing());
    }
  }

  private static List<String> padded(List<String> row, int columns) {
    List<String> padded = new ArrayList<>(row);
    while (padded.size() < columns) {
      padded.add("");
    }
    return padded;
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
