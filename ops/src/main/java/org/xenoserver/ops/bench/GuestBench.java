package org.xenoserver.ops.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xenoserver.ops.bench.CpuReport.CommandResult;
import org.xenoserver.ops.bench.CpuReport.Commands;

/** Runs commands in Debian on the machines in turn, each once in each machine started. */
final class GuestBench {
  private static final Duration COMMAND_PATIENCE = Duration.ofMinutes(10);

  private final Children children;
  private final List<Emulator> machines;
  private final MachineSetup setup;
  private final List<String> problems;
  private final PrintStream progress;
  private final Map<GuestCommand, Map<String, List<GuestShell.Outcome>>> measured =
      new EnumMap<>(GuestCommand.class);

  GuestBench(
      Children children,
      List<Emulator> machines,
      MachineSetup setup,
      List<String> problems,
      PrintStream progress) {
    this.children = children;
    this.machines = machines.stream().filter(Emulator::bootsLinux).toList();
    this.setup = setup;
    this.problems = problems;
    this.progress = progress;
  }

  Commands measure(Set<GuestCommand> commands, int runs) throws InterruptedException {
    for (int run = 0; run < runs; run++) {
      for (Emulator machine : machines) {
        progress.println("commands on %s, run %d of %d".formatted(machine.name(), run + 1, runs));
        try {
          runAll(machine, commands);
        } catch (BenchException e) {
          problems.add("commands on %s: %s".formatted(machine.name(), e.getMessage()));
        }
      }
    }
    List<CommandResult> results = new ArrayList<>();
    measured.forEach((command, outcomes) -> {
      CommandResult result = result(command, outcomes);
      if (result != null) {
        results.add(result);
      }
    });
    return new Commands(
        setup.harts(),
        setup.memoryMiB(),
        runs,
        results,
        Ratios.means(results.stream().map(CommandResult::ratios).toList()));
  }

  private void runAll(Emulator machine, Set<GuestCommand> commands)
      throws BenchException, InterruptedException {
    try (Child child = children.start(machine.name(), machine.command(setup))) {
      GuestShell shell = new GuestShell(child);
      shell.awaitPrompt();
      shell.run("mounting", "mkdir -p /bench; mount -t tmpfs tmpfs /bench", COMMAND_PATIENCE);
      for (GuestCommand command : GuestCommand.values()) {
        if (!command.preparation().isEmpty()) {
          shell.run(
              "the preparation of " + command.title(), command.preparation(), COMMAND_PATIENCE);
        }
        if (commands.contains(command)) {
          GuestShell.Outcome outcome =
              shell.run(command.title(), command.script(), COMMAND_PATIENCE);
          progress.println("  %-10s %10.1f ms".formatted(command.title(), outcome.elapsedMs()));
          measured
              .computeIfAbsent(command, key -> new LinkedHashMap<>())
              .computeIfAbsent(machine.name(), key -> new ArrayList<>())
              .add(outcome);
        }
      }
    }
  }

  private @Nullable CommandResult result(
      GuestCommand command, Map<String, List<GuestShell.Outcome>> outcomes) {
    List<String> outputs =
        outcomes.values().stream()
            .flatMap(List::stream)
            .map(GuestShell.Outcome::output)
            .distinct()
            .toList();
    if (outputs.size() != 1) {
      problems.add(
          "command %s printed different things: %s"
              .formatted(command.title(), String.join(" | ", outputs).replace('\n', ' ')));
      return null;
    }
    Map<String, Timings> timings = new LinkedHashMap<>();
    Map<String, Double> medians = new LinkedHashMap<>();
    outcomes.forEach((machine, all) -> {
      Timings of = Timings.of(all.stream().map(GuestShell.Outcome::elapsedMs).toList());
      timings.put(machine, of);
      medians.put(machine, of.medianMs());
    });
    return new CommandResult(
        command.title(), command.script(), outputs.getFirst(), timings, Ratios.of(medians));
  }
}
