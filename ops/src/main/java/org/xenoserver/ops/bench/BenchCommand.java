package org.xenoserver.ops.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code xeno bench}: measurements, each a subcommand. */
@Command(
    name = "bench",
    description = "Measures this house against its peers and against bounds.",
    subcommands = {
      CpuCommand.class,
      PlacementCommand.class,
      ClusterCommand.class,
      SecondDomainCommand.class,
      PauseCommand.class
    })
public final class BenchCommand implements Callable<Integer> {
  /** Refuses: one of the subcommands is needed. */
  @Override
  public Integer call() {
    System.err.println("xeno bench: name what to measure: cpu, placement or cluster");
    return 2;
  }
}
