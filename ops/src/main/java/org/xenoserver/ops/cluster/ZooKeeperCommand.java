package org.xenoserver.ops.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.xenoserver.proto.config.ConfigException;
import org.xenoserver.proto.config.ConfigFile;
import org.xenoserver.proto.server.StopSignal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A ZooKeeper server as a command that runs until it is interrupted. Ends with 0 after an orderly
 * stop, 2 for wrong usage or configuration, 1 if it cannot start; the reason is one line on
 * standard error.
 */
@Command(
    name = "zookeeper",
    mixinStandardHelpOptions = true,
    description = "Runs one ZooKeeper server, alone or as one of an ensemble.")
public final class ZooKeeperCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "configuration (YAML): listen, data, id, servers")
  private Path config = Path.of("zookeeper.yaml");

  @Spec private CommandSpec command;

  /** A command not parsed yet. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public ZooKeeperCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    ZooKeeperConfig settings;
    try {
      settings = ConfigFile.load(config, ZooKeeperConfig.class);
    } catch (ConfigException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    StopSignal stop = StopSignal.install();
    try (RunningZooKeeper server = start(settings)) {
      out.println("ZooKeeper listens on " + server.endpoint());
      out.flush();
      stop.await();
    } catch (IOException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private static RunningZooKeeper start(ZooKeeperConfig settings)
      throws IOException, InterruptedException {
    Integer id = settings.id();
    return id == null
        ? EmbeddedZooKeeper.start(settings.listen(), settings.data())
        : EnsembleZooKeeper.start(settings.listen(), settings.data(), id, settings.servers());
  }
}
