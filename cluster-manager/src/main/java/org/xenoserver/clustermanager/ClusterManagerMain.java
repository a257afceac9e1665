package org.xenoserver.clustermanager;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.config.ConfigException;
import org.xenoserver.proto.config.ConfigFile;
import org.xenoserver.proto.server.StopSignal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The cluster manager as a command that runs until it is interrupted. Ends with 0 after an orderly
 * stop, 2 for wrong usage or configuration, 1 if it cannot start; the reason is one line on
 * standard error.
 */
@Command(
    name = "cluster-manager",
    mixinStandardHelpOptions = true,
    versionProvider = ClusterManagerMain.VersionProvider.class,
    description = "Accepts requests for domains and places them on hosts.")
public final class ClusterManagerMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ClusterManagerMain.class);

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "configuration (YAML): listen, advertise, zookeeper, sessionTimeout, policy, vcpuOvercommit, reserveHosts, failoverMargin")
  private Path config = Path.of("cluster-manager.yaml");

  @Spec private CommandSpec command;

  /** A command not parsed yet. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public ClusterManagerMain() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    ClusterManagerConfig settings;
    try {
      settings = ConfigFile.load(config, ClusterManagerConfig.class);
    } catch (ConfigException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    StopSignal stop = StopSignal.install();
    try (ClusterManager manager = ClusterManager.start(settings)) {
      if (stop.awaitReady(
          manager.ready(),
          () ->
              log.warn(
                  "ZooKeeper at {} does not answer; it is waited for", settings.zookeeper()))) {
        out.println("cluster manager listens on " + manager.endpoint());
        out.flush();
        stop.await();
      }
    } catch (IOException e) {
      err.println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  /** The version of this build. */
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"cluster-manager " + BuildVersion.CURRENT};
    }
  }
}
