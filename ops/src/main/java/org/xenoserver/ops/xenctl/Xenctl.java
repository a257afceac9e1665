package org.xenoserver.ops.xenctl;

import io.grpc.StatusException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingV2Stub;
import org.xenoserver.proto.v1.DomainSpec;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line client: what can be typed, and which class does it. A verb answers on standard
 * output; what goes wrong is one sentence on standard error and an {@link ExitStatus}.
 */
@Command(
    name = "xenctl",
    description = "Creates, watches and ends domains of a XenoServer cluster.",
    synopsisSubcommandLabel = "VERB",
    subcommands = {MaintainVerb.class, ProjectVerb.class},
    commandListHeading = "%nVerbs:%n",
    optionListHeading = "%nOptions of every verb:%n",
    exitCodeListHeading = "%nExit status:%n",
    footerHeading = "%nOutput:%n",
    footer = {
      "With -o json a verb prints one JSON document (watch and maintain: one per line) in"
          + " protobuf's JSON mapping with the field names of the .proto files: an object from verbs on one"
          + " domain, an array from list, hosts, usage and verbs given several domains. An error"
          + " is then one line on standard error:",
      "  {\"error\":{\"code\":\"NOT_FOUND\",\"exit_status\":3,\"message\":\"...\"}}"
    })
public final class Xenctl implements Callable<Integer> {
  private static final String MANAGER_VARIABLE = "XENOSERVER_MANAGER";
  private static final String ACCOUNTING_VARIABLE = "XENOSERVER_ACCOUNTING";
  private static final String NAME = "NAME";
  private static final String DOMAIN = "DOMAIN";
  private static final String DOMAIN_HELP = "Name or UUID of a domain.";

  private final Shell shell;
  private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this.")
  boolean help;

  @Option(
      names = "--manager",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "The cluster manager; otherwise $XENOSERVER_MANAGER or 127.0.0.1:7070.")
  @Nullable Endpoint manager;

  @Option(
      names = "--accounting",
      paramLabel = "HOST:PORT",
      scope = ScopeType.INHERIT,
      description = "Accounting; otherwise $XENOSERVER_ACCOUNTING or 127.0.0.1:7071.")
  @Nullable Endpoint accounting;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "table (for people, the default), json, or of show also xml.")
  OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      scope = ScopeType.INHERIT,
      description = "How long to wait for an answer, for example 500ms or 2m; 30s if not given.")
  Duration timeout = Duration.ofSeconds(30);

  Xenctl(Shell shell) {
    this.shell = shell;
  }

  /** Runs one command line; ends the process with its {@link ExitStatus}. */
  public static void main(String[] args) {
    // Standard error is for our sentences alone.
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    LogManager.getLogManager().reset();
    System.exit(run(args));
  }

  /** Runs one command line on this process's streams; returns the number of its status. */
  public static int run(String... args) {
    return CommandRunner.run(Shell.ofThisProcess(), args);
  }

  @Spec
  void setSpec(CommandSpec commandSpec) {
    spec = commandSpec;
  }

  @Override
  public Integer call() throws Failure {
    throw Failure.of(
        ExitStatus.USAGE, "no verb given; allowed are " + CommandRunner.verbs(rootSpec()));
  }

  @Command(description = "Creates a domain from domain XML and starts it.")
  int create(
      @Parameters(paramLabel = "FILE.xml", description = "Domain XML; - is standard input.")
          String file,
      @Option(
              names = "--start",
              negatable = true,
              defaultValue = "true",
              fallbackValue = "true",
              description = "Whether to start it, which is the default.")
          boolean start,
      @Option(
              names = "--host",
              paramLabel = NAME,
              defaultValue = "",
              description = "Place it on this host only.")
          String host,
      @Option(
              names = "--wait",
              description = "Return when it runs (or is defined, with --no-start), or fails.")
          boolean wait,
      @Option(names = "--console", description = "Attach to its console once it runs.")
          boolean console)
      throws Failure, InterruptedException {
    Printer printer = printer();
    if (console && !start) {
      throw Failure.of(ExitStatus.USAGE, "--console needs a domain that is started");
    }
    DomainSpec domainSpec = DomainVerbs.read(file, shell.in());
    return manager(server -> {
      DomainVerbs verbs = new DomainVerbs(server, printer, errors());
      Domain domain = verbs.create(domainSpec, start, host, wait || console);
      if (!console) {
        verbs.created(domain);
        return ExitStatus.OK;
      }
      errors().note(DomainVerbs.summary(domain));
      return ConsoleVerb.attach(
          server, domainSpec.getName(), true, shell, errors(), leaving(null, "2s"));
    });
  }

  @Command(description = "Lists the domains of the cluster.")
  int list() throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> new DomainVerbs(server, printer, errors()).list());
  }

  @Command(description = "Shows all there is to know of a domain; -o xml gives domain XML.")
  int show(@Parameters(paramLabel = DOMAIN, description = DOMAIN_HELP) String domain)
      throws Failure, InterruptedException {
    Printer printer = new Printer(shell.out(), format);
    return manager(server -> new DomainVerbs(server, printer, errors()).show(domain));
  }

  @Command(description = "Starts domains that are defined.")
  int start(
      @Parameters(paramLabel = DOMAIN, arity = "1..*", description = DOMAIN_HELP)
          List<String> domains)
      throws Failure, InterruptedException {
    return change(domains, false, DomainServiceBlockingV2Stub::startDomain);
  }

  @Command(description = "Holds domains where they are.")
  int pause(
      @Parameters(paramLabel = DOMAIN, arity = "1..*", description = DOMAIN_HELP)
          List<String> domains)
      throws Failure, InterruptedException {
    return change(domains, false, DomainServiceBlockingV2Stub::pauseDomain);
  }

  @Command(description = "Lets paused domains go on.")
  int unpause(
      @Parameters(paramLabel = DOMAIN, arity = "1..*", description = DOMAIN_HELP)
          List<String> domains)
      throws Failure, InterruptedException {
    return change(domains, false, DomainServiceBlockingV2Stub::unpauseDomain);
  }

  @Command(description = "Asks guests to power themselves off.")
  int shutdown(
      @Parameters(paramLabel = DOMAIN, arity = "1..*", description = DOMAIN_HELP)
          List<String> domains,
      @Option(names = "--wait", description = "Return when they have, within --timeout.")
          boolean wait)
      throws Failure, InterruptedException {
    return change(domains, wait, DomainServiceBlockingV2Stub::shutdownDomain);
  }

  @Command(description = "Stops domains where they are and forgets them.")
  int destroy(
      @Parameters(paramLabel = DOMAIN, arity = "1..*", description = DOMAIN_HELP)
          List<String> domains)
      throws Failure, InterruptedException {
    return change(domains, false, DomainServiceBlockingV2Stub::destroyDomain);
  }

  @Command(
      description = {
        "Attaches to a domain's serial console.",
        "On a terminal, every key goes to the guest and Ctrl-] leaves. When standard input is not"
            + " a terminal, it is typed into the guest; once it has ended and the guest has been"
            + " quiet for --quiet, the console is left."
      })
  int console(
      @Parameters(paramLabel = DOMAIN, description = DOMAIN_HELP) String domain,
      @Option(names = "--no-replay", description = "Leave out what the guest said before.")
          boolean noReplay,
      @Option(
              names = "--until",
              paramLabel = "REGEX",
              description =
                  "Leave with 0 when the output matches (^ and $ are of lines), with 4 if it does"
                      + " not within --timeout.")
          @Nullable Pattern until,
      @Option(
              names = "--quiet",
              paramLabel = "TIME",
              defaultValue = "2s",
              description = "How long the guest must be quiet after the end of input; 2s.")
          Duration quiet)
      throws Failure, InterruptedException {
    printer();
    return manager(server ->
        ConsoleVerb.attach(
            server,
            domain,
            !noReplay,
            shell,
            errors(),
            new ConsoleVerb.Leaving(until, quiet, timeout)));
  }

  @Command(description = "Lists the hosts of the cluster.")
  int hosts() throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> ClusterVerbs.hosts(server, printer));
  }

  @Command(description = "Shows what domains have used, as accounting knows it.")
  int usage(
      @Parameters(paramLabel = DOMAIN, arity = "0..1", defaultValue = "", description = DOMAIN_HELP)
          String domain)
      throws Failure, InterruptedException {
    Printer printer = printer();
    return Server.use(
            "accounting service",
            endpoint(accounting, ACCOUNTING_VARIABLE, "127.0.0.1:7071"),
            timeout,
            server -> ClusterVerbs.usage(server, printer, domain))
        .code();
  }

  @Command(description = "Prints domains as they are, then every change, until interrupted.")
  int watch(
      @Parameters(paramLabel = DOMAIN, arity = "0..1", defaultValue = "", description = DOMAIN_HELP)
          String domain)
      throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> new DomainWatch(server).print(domain, printer, shell.clock()));
  }

  /** Something an operator does. */
  @FunctionalInterface
  interface OperatorWork {
    ExitStatus with(OperatorVerbs verbs) throws StatusException, Failure, InterruptedException;
  }

  int operate(OperatorWork work) throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> work.with(new OperatorVerbs(server, printer)));
  }

  @Command(description = "Says why a domain is on its host: candidates, refusals, scores.")
  int why(@Parameters(paramLabel = DOMAIN, description = DOMAIN_HELP) String domain)
      throws Failure, InterruptedException {
    return operate(verbs -> verbs.why(domain));
  }

  @Command(
      description = {
        "Lets a host take no more domains and moves those it has away, restarting them elsewhere.",
        "Prints where they go and which stay and why; status 1 if any stays."
      })
  int drain(@Parameters(paramLabel = "HOST", description = "Name of a host.") String host)
      throws Failure, InterruptedException {
    return operate(verbs -> verbs.drain(host));
  }

  @Command(description = "Lets a host that was drained take domains again.")
  int uncordon(@Parameters(paramLabel = "HOST", description = "Name of a host.") String host)
      throws Failure, InterruptedException {
    return operate(verbs -> verbs.uncordon(host));
  }

  @Command(description = "Says whether any one host could be lost; status 1 if not.")
  int verify() throws Failure, InterruptedException {
    return operate(OperatorVerbs::verify);
  }

  @Command(description = "Proposes moves that would even the cluster out; moves nothing.")
  int rebalance(
      @Option(names = "--most", paramLabel = "N", defaultValue = "10", description = "Moves; 10.")
          int most)
      throws Failure, InterruptedException {
    return operate(verbs -> verbs.rebalance(most));
  }

  @Command(
      description = {
        "Says how the placement decisions made so far would have gone under another policy;"
            + " changes nothing.",
        "These are the latest that the leader remembers; one that begins to lead has none."
      })
  int replay(
      @Option(
              names = "--policy",
              paramLabel = "POLICY",
              required = true,
              description = "pack, spread or balance.")
          String policy)
      throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> ReplayVerb.replay(server, printer, policy));
  }

  @Command(description = "Lists what was asked of the cluster, by whom, and what became of it.")
  int operations() throws Failure, InterruptedException {
    return operate(OperatorVerbs::operations);
  }

  @Command(description = "Prints what happens in the cluster, in order and without a gap.")
  int events(
      @Option(
              names = "--from",
              paramLabel = "REVISION",
              defaultValue = "0",
              description = "Begin with this revision; without it, with what happens from now on.")
          long from,
      @Option(names = "--until-now", description = "End after the last event there is.")
          boolean untilNow)
      throws Failure, InterruptedException {
    return operate(verbs -> verbs.events(from, !untilNow));
  }

  @Command(description = "Prints the version of this client and of the manager, if it answers.")
  int version() throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(server -> ClusterVerbs.version(server, printer));
  }

  @Command(description = "Prints a completion script: source <(xenctl completion bash)")
  int completion(@Parameters(paramLabel = "SHELL", description = "bash or zsh.") String shellName)
      throws Failure {
    if (!shellName.equals("bash") && !shellName.equals("zsh")) {
      throw Failure.of(
          ExitStatus.USAGE, "no completion for '" + shellName + "'; allowed are bash and zsh");
    }
    printer().text(AutoComplete.bash("xenctl", rootSpec().commandLine()));
    return ExitStatus.OK.code();
  }

  @Command(description = "Shows what xenctl, or one of its verbs, does.")
  int help(
      @Parameters(paramLabel = "VERB", arity = "0..1", defaultValue = "", description = "A verb.")
          String verb)
      throws Failure {
    CommandLine root = rootSpec().commandLine();
    CommandLine asked = verb.isEmpty() ? root : root.getSubcommands().get(verb);
    if (asked == null) {
      throw Failure.of(ExitStatus.USAGE, CommandRunner.unknownVerb(verb, rootSpec()));
    }
    asked.usage(root.getOut());
    return ExitStatus.OK.code();
  }

  /** Takes lines for people: with a table on standard output, otherwise on standard error. */
  Consumer<String> remarks() {
    PrintStream stream = format == OutputFormat.TABLE ? shell.out() : shell.err();
    return line -> {
      stream.print(line + "\n");
      stream.flush();
    };
  }

  ErrorPrinter errors() {
    return new ErrorPrinter(shell.err(), format);
  }

  private CommandSpec rootSpec() {
    return Objects.requireNonNull(spec).root();
  }

  Printer printer() throws Failure {
    if (format == OutputFormat.XML) {
      throw Failure.of(ExitStatus.USAGE, "-o xml is for show only; allowed are table and json");
    }
    return new Printer(shell.out(), format);
  }

  int manager(Server.Work work) throws Failure, InterruptedException {
    Endpoint endpoint = endpoint(manager, MANAGER_VARIABLE, "127.0.0.1:7070");
    return Server.use("cluster manager", endpoint, timeout, work).code();
  }

  private int change(List<String> domains, boolean wait, DomainVerbs.Change change)
      throws Failure, InterruptedException {
    Printer printer = printer();
    return manager(
        server -> new DomainVerbs(server, printer, errors()).change(domains, wait, change));
  }

  private ConsoleVerb.Leaving leaving(@Nullable Pattern until, String quiet) {
    return new ConsoleVerb.Leaving(until, CommandRunner.duration(quiet), timeout);
  }

  private Endpoint endpoint(@Nullable Endpoint option, String variable, String otherwise)
      throws Failure {
    if (option != null) {
      return option;
    }
    String text = shell.environment().getOrDefault(variable, "");
    try {
      return Endpoint.parse(text.isBlank() ? otherwise : text);
    } catch (IllegalArgumentException e) {
      throw Failure.of(ExitStatus.USAGE, variable + ": " + e.getMessage());
    }
  }
}
