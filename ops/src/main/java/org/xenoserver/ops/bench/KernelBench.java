package org.xenoserver.ops.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.ops.bench.CpuReport.KernelFigures;
import org.xenoserver.ops.bench.CpuReport.KernelResult;
import org.xenoserver.ops.bench.CpuReport.Kernels;
import org.xenoserver.ops.bench.KernelOutput.Round;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Runs kernels on the machines in turn: A, B, A, B. */
final class KernelBench {
  private static final int MEMORY_MIB = 256;
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration ROUND_PATIENCE = Duration.ofSeconds(30);
  private static final Duration END_PATIENCE = Duration.ofSeconds(60);

  private final Children children;
  private final List<Emulator> machines;
  private final Path folder;
  private final int rounds;
  private final int runs;
  private final List<String> problems;
  private final PrintStream progress;

  /**
   * Prepares to run.
   *
   * @param folder for files of the runs
   * @param problems where sentences about what failed go
   */
  KernelBench(
      Children children,
      List<Emulator> machines,
      Path folder,
      int rounds,
      int runs,
      List<String> problems,
      PrintStream progress) {
    this.children = children;
    this.machines = machines;
    this.folder = folder;
    this.rounds = rounds;
    this.runs = runs;
    this.problems = problems;
    this.progress = progress;
  }

  private record Run(List<Round> rounds, Map<String, Object> statistics) {
    List<Double> roundsMs() {
      return rounds.stream().map(Round::ms).toList();
    }
  }

  /**
   * Measures kernels.
   *
   * @param elves the files, by kernel
   * @param harts how many the parallel kernel is given beside one
   */
  Kernels measure(Map<Kernel, Path> elves, int harts) throws InterruptedException {
    List<KernelResult> results = new ArrayList<>();
    Map<String, Double> speedUp = new LinkedHashMap<>();
    for (Map.Entry<Kernel, Path> entry : elves.entrySet()) {
      Kernel kernel = entry.getKey();
      KernelResult one = measure(kernel, entry.getValue(), 1);
      add(results, one);
      if (kernel == Kernel.PARALLEL && one != null) {
        KernelResult several = measure(kernel, entry.getValue(), harts);
        add(results, several);
        if (several != null) {
          speedUp.putAll(speedUp(one, several));
        }
      }
    }
    // How harts share the work is told by the speed-up.
    List<Map<String, Double>> ratios =
        results.stream().filter(result -> result.harts() == 1).map(KernelResult::ratios).toList();
    return new Kernels(rounds, runs, results, Ratios.means(ratios), speedUp);
  }

  private static void add(List<KernelResult> results, @Nullable KernelResult result) {
    if (result != null) {
      results.add(result);
    }
  }

  /** Each hart does as much as the one did. */
  static Map<String, Double> speedUp(KernelResult one, KernelResult several) {
    Map<String, Double> speedUp = new LinkedHashMap<>();
    one.machines()
        .forEach((machine, figures) -> {
          KernelFigures others = several.machines().get(machine);
          if (others != null) {
            speedUp.put(machine, several.harts() * figures.medianMs() / others.medianMs());
          }
        });
    return speedUp;
  }

  private @Nullable KernelResult measure(Kernel kernel, Path elf, int harts)
      throws InterruptedException {
    String title = harts == 1 ? kernel.title() : kernel.title() + " on " + harts + " harts";
    progress.println("kernel " + title + ": " + kernel.description());
    MachineSetup setup =
        new MachineSetup(
            elf, null, "rounds=%d harts=%d".formatted(rounds, harts), MEMORY_MIB, harts);
    Map<String, List<Run>> measured = new LinkedHashMap<>();
    List<Emulator> left = new ArrayList<>(machines);
    for (int run = 0; run < runs; run++) {
      for (Emulator machine : List.copyOf(left)) {
        try {
          measured
              .computeIfAbsent(machine.name(), name -> new ArrayList<>())
              .add(run(machine, setup, title));
        } catch (BenchException e) {
          problems.add("kernel %s on %s: %s".formatted(title, machine.name(), e.getMessage()));
          measured.remove(machine.name());
          left.remove(machine);
        }
      }
    }
    return result(kernel, harts, title, measured);
  }

  private Run run(Emulator machine, MachineSetup setup, String title)
      throws BenchException, InterruptedException {
    @Nullable Path stats = null;
    List<String> command = machine.command(setup);
    if (machine instanceof XenoServer ours) {
      stats = folder.resolve("stats.json");
      command = ours.command(setup, stats);
    }
    try (Child child = children.start(machine.name() + " with " + title, command)) {
      child.await(
          KernelOutput.END,
          "its last round",
          START_PATIENCE.plus(ROUND_PATIENCE.multipliedBy(rounds)));
      String output = child.awaitEnd(END_PATIENCE);
      return new Run(
          KernelOutput.parse(output, rounds), stats == null ? Map.of() : statistics(stats));
    }
  }

  private static Map<String, Object> statistics(Path file) throws BenchException {
    try {
      Map<String, Object> statistics =
          JsonMapper.shared().readValue(file.toFile(), new TypeReference<>() {});
      Files.delete(file);
      return statistics;
    } catch (JacksonException | IOException e) {
      throw new BenchException("what --stats wrote cannot be read: " + e.getMessage(), e);
    }
  }

  private @Nullable KernelResult result(
      Kernel kernel, int harts, String title, Map<String, List<Run>> measured) {
    List<String> checksums =
        measured.values().stream()
            .flatMap(List::stream)
            .map(run -> run.rounds().getFirst().checksum())
            .distinct()
            .toList();
    if (checksums.size() > 1) {
      problems.add(
          "kernel %s has different results on %s: %s"
              .formatted(
                  title, String.join(" and ", measured.keySet()), String.join(" ", checksums)));
    }
    if (checksums.size() != 1) {
      return null;
    }
    List<Run> ours = measured.getOrDefault(XenoServer.NAME, List.of());
    // Peers count something else, but run the same instructions.
    @Nullable Double instructions =
        ours.isEmpty()
            ? null
            : Statistics.median(
                ours.getFirst().rounds().stream().map(r -> (double) r.instructions()).toList());
    Map<String, KernelFigures> figures = new LinkedHashMap<>();
    measured.forEach((machine, all) -> figures.put(machine, figures(all, instructions)));
    Map<String, Double> medians = new LinkedHashMap<>();
    Map<String, Double> minima = new LinkedHashMap<>();
    figures.forEach((machine, of) -> {
      medians.put(machine, of.medianMs());
      minima.put(machine, of.minimumMs());
    });
    return new KernelResult(
        kernel.title(),
        harts,
        checksums.getFirst(),
        figures,
        Ratios.of(medians),
        Ratios.of(minima));
  }

  private static KernelFigures figures(List<Run> runs, @Nullable Double instructions) {
    List<List<Double>> roundsMs = runs.stream().map(Run::roundsMs).toList();
    List<Double> steady =
        roundsMs.stream().flatMap(rounds -> Statistics.steady(rounds).stream()).toList();
    double medianMs = Statistics.median(steady);
    return new KernelFigures(
        medianMs,
        Statistics.minimum(roundsMs.stream().flatMap(List::stream).toList()),
        instructions == null ? null : instructions / medianMs / 1000,
        roundsMs.stream().map(rounds -> Statistics.roundsToWarm(rounds, medianMs)).toList(),
        roundsMs,
        runs.stream().map(Run::statistics).filter(found -> !found.isEmpty()).toList());
  }
}
