package org.xenoserver.accounting;

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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Accounting as a command that runs until it is interrupted. Ends with 0 after an orderly stop, 2
 * for wrong usage or configuration, 1 if it cannot start; the reason is one line on standard error.
 */
@Command(
    name = "accounting",
    mixinStandardHelpOptions = true,
    versionProvider = AccountingMain.VersionProvider.class,
    description = "Collects what domains use and tells it.")
public final class AccountingMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(AccountingMain.class);

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "configuration (YAML)")
  private Path config = Path.of("accounting.yaml");

  @Spec private CommandSpec command;

  /** A command not run yet. */
  @SuppressWarnings("NullAway.Init") // picocli sets the command before it calls
  public AccountingMain() {}

  /** Runs accounting. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AccountingMain()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    AccountingConfig settings;
    try {
      settings = ConfigFile.load(config, AccountingConfig.class);
    } catch (ConfigException e) {
      command.commandLine().getErr().println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    StopSignal stop = StopSignal.install();
    try (Accounting accounting = Accounting.start(settings, InstantSource.system())) {
      if (stop.awaitReady(
          accounting.ready(),
          () ->
              log.warn(
                  "ZooKeeper at {} does not answer; it is waited for", settings.zookeeper()))) {
        command
            .commandLine()
            .getOut()
            .println(
                "accounting listens on "
                    + accounting.endpoint()
                    + ", metrics on http://"
                    + accounting.metricsEndpoint()
                    + "/metrics");
        command.commandLine().getOut().flush();
        stop.await();
      }
    } catch (IOException e) {
      command.commandLine().getErr().println(command.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  /** The version of this build. */
  static final class VersionProvider implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"accounting " + BuildVersion.CURRENT};
    }
  }
}
