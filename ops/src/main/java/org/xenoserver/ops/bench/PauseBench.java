package org.xenoserver.ops.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import org.xenoserver.ops.bench.CpuReport.Latency;
import org.xenoserver.ops.bench.CpuReport.PauseResult;
import org.xenoserver.ops.bench.CpuReport.Pauses;

/** How fast our vCPUs stop when they are asked to, under each kernel. */
final class PauseBench {
  private static final int MEMORY_MIB = 256;

  /** More than pass while it is measured. */
  private static final String KERNEL_RUNS_ON = "rounds=1000000 harts=1";

  private static final Duration START_PATIENCE = Duration.ofSeconds(120);

  /** With all that is waited in between, on a machine that is busy. */
  private static final Duration PATIENCE_PER_PAUSE = Duration.ofMillis(20);

  private final Children children;
  private final XenoServer ours;
  private final int pauses;
  private final List<String> problems;
  private final PrintStream progress;

  PauseBench(
      Children children, XenoServer ours, int pauses, List<String> problems, PrintStream progress) {
    this.children = children;
    this.ours = ours;
    this.pauses = pauses;
    this.problems = problems;
    this.progress = progress;
  }

  Pauses measure(Map<Kernel, Path> elves) throws InterruptedException {
    List<PauseResult> results = new ArrayList<>();
    for (Map.Entry<Kernel, Path> entry : elves.entrySet()) {
      String title = entry.getKey().title();
      progress.println("pauses of " + title);
      MachineSetup setup = new MachineSetup(entry.getValue(), null, KERNEL_RUNS_ON, MEMORY_MIB, 1);
      try (Child child =
          children.start("pauses of " + title, ours.commandOfPauses(setup, pauses))) {
        MatchResult line = child.await(PauseCommand.LINE, "its figures", patience());
        results.add(new PauseResult(title, latency(line, 2), latency(line, 6), latency(line, 10)));
      } catch (BenchException e) {
        problems.add("pauses of %s: %s".formatted(title, e.getMessage()));
      }
    }
    return new Pauses(pauses, results);
  }

  private Duration patience() {
    return START_PATIENCE.plus(PATIENCE_PER_PAUSE.multipliedBy(pauses));
  }

  private static Latency latency(MatchResult line, int first) {
    return new Latency(
        Double.parseDouble(line.group(first)),
        Double.parseDouble(line.group(first + 1)),
        Double.parseDouble(line.group(first + 2)),
        Double.parseDouble(line.group(first + 3)));
  }
}
