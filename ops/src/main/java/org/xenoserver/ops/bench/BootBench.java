package org.xenoserver.ops.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.ops.bench.CpuReport.Boot;

/** Boots Debian to its prompt, the start of the process included, on the machines in turn. */
final class BootBench {
  private final Children children;
  private final List<Emulator> machines;
  private final MachineSetup setup;
  private final List<String> problems;
  private final PrintStream progress;

  BootBench(
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

  Boot measure(int runs) throws InterruptedException {
    Map<String, List<Double>> coldMs = new LinkedHashMap<>();
    List<Double> secondMs = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      for (Emulator machine : machines) {
        try {
          double elapsedMs = boot(machine);
          progress.println("boot on %s: %.0f ms".formatted(machine.name(), elapsedMs));
          coldMs.computeIfAbsent(machine.name(), name -> new ArrayList<>()).add(elapsedMs);
          if (machine instanceof XenoServer ours) {
            secondMs.add(bootSecond(ours));
            progress.println("boot as the second domain: %.0f ms".formatted(secondMs.getLast()));
          }
        } catch (BenchException e) {
          problems.add("boot on %s: %s".formatted(machine.name(), e.getMessage()));
        }
      }
    }
    Map<String, Timings> cold = new LinkedHashMap<>();
    Map<String, Double> medians = new LinkedHashMap<>();
    coldMs.forEach((machine, times) -> {
      cold.put(machine, Timings.of(times));
      medians.put(machine, Statistics.median(times));
    });
    @Nullable Timings second = secondMs.isEmpty() ? null : Timings.of(secondMs);
    Map<String, Double> ratios = Ratios.of(medians);
    if (second != null) {
      medians.put(XenoServer.NAME, second.medianMs());
    }
    return new Boot(
        setup.harts(),
        setup.memoryMiB(),
        runs,
        cold,
        ratios,
        second,
        second == null ? Map.of() : Ratios.of(medians));
  }

  private double boot(Emulator machine) throws BenchException, InterruptedException {
    long startNs = System.nanoTime();
    try (Child child = children.start(machine.name(), machine.command(setup))) {
      new GuestShell(child).awaitPrompt();
      return (System.nanoTime() - startNs) / 1e6;
    }
  }

  private double bootSecond(XenoServer ours) throws BenchException, InterruptedException {
    try (Child child =
        children.start(
            "a host with two domains",
            ours.commandOfDomains(setup, 2),
            SecondDomainCommand.environment(System.getenv()))) {
      child.await(SecondDomainCommand.line(1), "a prompt", GuestShell.BOOT_PATIENCE);
      return Double.parseDouble(
          child
              .await(SecondDomainCommand.line(2), "the second prompt", GuestShell.BOOT_PATIENCE)
              .group(1));
    }
  }
}
