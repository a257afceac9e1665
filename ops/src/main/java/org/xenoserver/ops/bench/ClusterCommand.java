package org.xenoserver.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code xeno bench cluster}: how many domains a second a whole cluster takes. */
@Command(
    name = "cluster",
    description = {
      "Measures how many domains a second a cluster takes, from a client's request over gRPC until"
          + " the assignment is stored durably.",
      "ZooKeeper and the manager are the daemons, each a process of its own, ZooKeeper's log on disk"
          + " and forced there before it answers. Hosts have no hypervisor, but all that a manager"
          + " sees of a host: a lease and its proofs, an agent that is asked, a watch of the"
          + " assignments, statuses. Status 1 if what is stored is not what was acknowledged, or"
          + " something failed."
    })
final class ClusterCommand implements Callable<Integer> {
  private static final int MOST_HOSTS = 50_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json; by default ${DEFAULT-VALUE}.",
      defaultValue = "text")
  private ReportFormat output = ReportFormat.TEXT;

  @Option(
      names = "--hosts",
      paramLabel = "NUMBER",
      description = "Hosts, 1 to 50000; by default ${DEFAULT-VALUE}.",
      defaultValue = "5000")
  private int hosts;

  @Option(
      names = "--sessions",
      paramLabel = "NUMBER",
      description = "ZooKeeper sessions the hosts share, 1 to 500; by default ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int sessions;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      description =
          "The hosts' lease timeout, 1 to 60; it is proven five times as often. By default"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "30")
  private int leaseSeconds;

  @Option(
      names = "--zookeepers",
      paramLabel = "NUMBER",
      description = "ZooKeeper servers, 1, 3 or 5; by default ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int zookeepers;

  @Option(
      names = "--in-flight",
      paramLabel = "NUMBER",
      description = "Requests always under way, 1 to 100000; by default ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private int inFlight;

  @Option(
      names = "--connections",
      paramLabel = "NUMBER",
      description = "The clients' connections, 1 to 1000; by default ${DEFAULT-VALUE}.",
      defaultValue = "8")
  private int connections;

  @Option(
      names = "--wait",
      description = "Let each answer wait until the host has taken the domain up.")
  private boolean takenUp;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "Load before the measurement, 0 to 600; by default ${DEFAULT-VALUE}.",
      defaultValue = "60")
  private int warmUpSeconds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "How long it is measured, 1 to 3600; by default ${DEFAULT-VALUE}.",
      defaultValue = "30")
  private int seconds;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "Where ZooKeeper's folders are made, and deleted in the end; by default the folder for"
              + " temporary files.")
  private @Nullable Path data;

  @Override
  public Integer call() throws InterruptedException {
    check("--hosts", hosts, 1, MOST_HOSTS);
    check("--sessions", sessions, 1, 500);
    check("--lease", leaseSeconds, 1, 60);
    check("--in-flight", inFlight, 1, 100_000);
    check("--connections", connections, 1, 1000);
    check("--warm-up", warmUpSeconds, 0, 600);
    check("--seconds", seconds, 1, 3600);
    if (zookeepers != 1 && zookeepers != 3 && zookeepers != 5) {
      throw new ParameterException(
          spec.commandLine(), "--zookeepers: %d is not 1, 3 or 5".formatted(zookeepers));
    }
    ClusterBench.Size size =
        new ClusterBench.Size(
            hosts,
            Math.min(sessions, hosts),
            Duration.ofSeconds(leaseSeconds),
            zookeepers,
            inFlight,
            connections,
            takenUp,
            warmUpSeconds,
            seconds);
    try {
      Path folder =
          data == null
              ? Files.createTempDirectory("xeno-bench-")
              : Files.createTempDirectory(Files.createDirectories(data), "xeno-bench-");
      ClusterReport report = ClusterBench.run(size, folder);
      System.out.print(output == ReportFormat.JSON ? JsonReport.of(report) : report.text());
      report.problems().forEach(problem -> System.err.println("xeno bench cluster: " + problem));
      return report.problems().isEmpty() ? 0 : 1;
    } catch (BenchException | IOException e) {
      System.err.println("xeno bench cluster: " + e.getMessage());
      return 1;
    }
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s: %d is not from %d to %d".formatted(option, value, least, most));
    }
  }
}
