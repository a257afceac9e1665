package org.xenoserver.hostagent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.proto.BuildVersion;
import org.xenoserver.proto.config.ConfigException;
import org.xenoserver.proto.config.ConfigFile;
import org.xenoserver.proto.server.StopSignal;
import org.xenoserver.vmm.domain.RunPermit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The host agent as a command that runs until it is interrupted. Ends with 0 after an orderly stop,
 * 2 for wrong usage or configuration, 1 if it cannot start; the reason is one line on standard
 * error.
 */
@Command(
    name = "host-agent",
    mixinStandardHelpOptions = true,
    versionProvider = HostAgentMain.VersionProvider.class,
    description = "Runs the domains of one host.")
public final class HostAgentMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(HostAgentMain.class);

  private final HypervisorFactory hypervisors;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "configuration (YAML)")
  private Path config = Path.of("host-agent.yaml");

  @Spec private CommandSpec command;

  /** A command that runs domains on hypervisors of a kind. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public HostAgentMain(HypervisorFactory hypervisors) {
    this.hypervisors = hypervisors;
  }

  /** Runs a host agent on the software engine. */
  public static void main(String[] arguments) {
    HostAgentMain main = new HostAgentMain(SoftwareHypervisor.factory());
    System.exit(new CommandLine(main).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    HostAgentConfig settings;
    try {
      settings = ConfigFile.load(config, HostAgentConfig.class);
    } catch (ConfigException e) {
      command.commandLine().getErr().println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    StopSignal stop = StopSignal.install();
    RunPermit permit = settings.permit();
    try (HostAgent agent =
        new HostAgent(
            settings,
            hypervisors.create(
                settings.processorsOrDefault(), settings.memoryBytesOrDefault(), permit),
            permit,
            InstantSource.system())) {
      agent.start();
      if (stop.awaitReady(agent.joined(), () -> sayWaiting(settings))) {
        command
            .commandLine()
            .getOut()
            .println("host " + settings.name() + " listens on " + agent.endpoint());
        command.commandLine().getOut().flush();
        stop.await();
      }
    } catch (IOException e) {
      command.commandLine().getErr().println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private static void sayWaiting(HostAgentConfig settings) {
    log.warn(
        "host {} waits to join the cluster at {}: ZooKeeper does not answer, or still has the session of an earlier agent of this host",
        settings.name(),
        settings.zookeeper());
  }

  /** The version of this build. */
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"host-agent " + BuildVersion.CURRENT};
    }
  }
}
