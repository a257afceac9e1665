package org.xenoserver.ops.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xenoserver.hostagent.HypervisorFactory;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.config.DataSize;
import org.xenoserver.proto.config.Durations;
import org.xenoserver.proto.server.StopSignal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A whole cluster as a command that runs until it is interrupted. Ends with 0 after an orderly
 * stop, 2 for wrong usage, 1 if it cannot start; the reason is one line on standard error.
 */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a whole cluster in one process: ZooKeeper, a manager, accounting and hosts.",
      "Ctrl-C stops all of it and destroys the domains."
    })
public final class UpCommand implements Callable<Integer> {
  private final HypervisorFactory hypervisors;

  @Option(names = "--hosts", paramLabel = "N", description = "1 to 64 (default: ${DEFAULT-VALUE})")
  private int hosts = 2;

  @Option(
      names = "--manager-port",
      paramLabel = "PORT",
      description = "of the manager's gRPC server, 0 for any (default: ${DEFAULT-VALUE})")
  private int managerPort = 7070;

  @Option(
      names = "--accounting-port",
      paramLabel = "PORT",
      description = "of accounting's gRPC server, 0 for any (default: ${DEFAULT-VALUE})")
  private int accountingPort = 7071;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description = "of the HTTP server of /metrics, 0 for any (default: ${DEFAULT-VALUE})")
  private int metricsPort = 7072;

  @Option(
      names = "--zookeeper-port",
      paramLabel = "PORT",
      description = "of the embedded ZooKeeper, 0 for any (default: ${DEFAULT-VALUE})")
  private int zooKeeperPort = 0;

  @Option(
      names = "--processors-per-host",
      paramLabel = "N",
      description = "CPUs each host gives to its domains (default: an equal share of all)")
  private @Nullable Integer processorsPerHost;

  @Option(
      names = "--memory-per-host",
      paramLabel = "SIZE",
      converter = DataSizeConverter.class,
      description =
          "guest RAM each host may promise, as 512M or 4G (default: an equal share of three"
              + " quarters of all)")
  private @Nullable DataSize memoryPerHost;

  @Option(
      names = "--lease-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "after how long a silent host is lost, 1s to 60s (default: 5s)")
  private Duration leaseTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "keeps the cluster's state there for the next start (default: a temporary folder, removed"
              + " at the end)")
  private @Nullable Path data;

  @Spec private CommandSpec command;

  /** A command that runs domains on hypervisors of a kind. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public UpCommand(HypervisorFactory hypervisors) {
    this.hypervisors = hypervisors;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    EmbeddedClusterConfig config;
    try {
      config = config();
    } catch (IllegalArgumentException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    StopSignal stop = StopSignal.install();
    try (EmbeddedCluster cluster = EmbeddedCluster.start(config, hypervisors)) {
      out.print(table(cluster, config));
      out.println("ready; Ctrl-C stops");
      out.flush();
      stop.await();
      out.println("stopping");
      out.flush();
    } catch (IOException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private EmbeddedClusterConfig config() {
    return new EmbeddedClusterConfig(
        hosts,
        managerPort,
        accountingPort,
        metricsPort,
        zooKeeperPort,
        processorsPerHost == null ? EmbeddedClusterConfig.processorShare(hosts) : processorsPerHost,
        memoryPerHost == null ? EmbeddedClusterConfig.memoryShare(hosts) : memoryPerHost,
        leaseTimeout,
        data,
        null);
  }

  private static String table(EmbeddedCluster cluster, EmbeddedClusterConfig config) {
    StringBuilder table = new StringBuilder("XenoServer " + BuildVersion.CURRENT + "\n");
    row(table, "manager", cluster.manager(), "gRPC");
    row(table, "accounting", cluster.accounting(), "gRPC");
    row(table, "metrics", cluster.metricsUrl(), "OpenMetrics");
    for (EmbeddedCluster.Member host : cluster.hosts()) {
      String size =
          "gRPC; CPUs: %d, memory: %s"
              .formatted(config.processorsPerHost(), config.memoryPerHost());
      row(table, "host " + host.name(), host.agent(), size);
    }
    row(table, "ZooKeeper", cluster.zooKeeper(), "");
    row(table, "data", cluster.data(), cluster.dataKept() ? "kept" : "removed at the end");
    return table.toString();
  }

  private static void row(StringBuilder table, String what, Object where, String note) {
    table.append("  %-12s %-32s %s".formatted(what, where, note).stripTrailing()).append('\n');
  }

  private static final class DataSizeConverter implements CommandLine.ITypeConverter<DataSize> {
    @Override
    public DataSize convert(String text) {
      return converted(() -> DataSize.parse(text));
    }
  }

  private static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return converted(() -> Durations.parse(text));
    }
  }

  private static <T> T converted(Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }
}
