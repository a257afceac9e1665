package org.xenoserver.vmm.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs one guest with its serial console on standard input and output.
 *
 * <p>Exit status: 0 for a power-off or Ctrl-A X, the guest's own status if it gave one, 1 if it
 * crashed or could not be started, 2 for wrong usage, 124 when {@code --timeout} was up.
 */
@Command(
    name = "run",
    description = {
      "Runs one guest with its serial console on standard input and output.",
      "Ctrl-A X quits, Ctrl-A H shows help, Ctrl-A Ctrl-A types a Ctrl-A."
    },
    sortOptions = false,
    separator = " ")
public final class RunCommand implements Callable<Integer> {
  @Option(names = "--kernel", paramLabel = "FILE", description = "Image, gzip of one, or ELF")
  private @Nullable String kernel;

  @Option(names = "--initrd", paramLabel = "FILE", description = "initial RAM disk")
  private @Nullable String initrd;

  @Option(names = "--append", paramLabel = "TEXT", description = "kernel command line")
  private String commandLine = "";

  @Option(
      names = "--firmware",
      paramLabel = "FILE",
      description = "M-mode firmware; without it the VMM answers SBI calls")
  private @Nullable String firmware;

  @Option(names = "--memory", paramLabel = "SIZE", description = "RAM with K, M or G (256M)")
  private String memory = "256M";

  @Option(names = "--cpus", paramLabel = "N", description = "harts, 1 to 128 (1)")
  private String cpus = "1";

  @Option(
      names = "--disk",
      paramLabel = "FILE[,readonly]",
      description = "raw disk image; may be repeated")
  private List<String> disks = new ArrayList<>();

  @Option(
      names = "--translate",
      paramLabel = "WHEN",
      description =
          "when guest code is translated to host code: always (before its first execution, slow),"
              + " never, or auto (what is executed often; the default)")
  private String translate = "auto";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "ends the guest after a time with ms, s, m or h, with status 124")
  private @Nullable String timeout;

  @Option(names = "--stats", paramLabel = "FILE", description = "writes figures as JSON at the end")
  private @Nullable String stats;

  @Option(names = "--help", usageHelp = true, description = "shows this")
  @SuppressWarnings("UnusedVariable") // picocli looks at it.
  private boolean help;

  private final BiFunction<Clock, TranslationMode, MachineFactory> machines;
  private final Supplier<Stdio> streams;

  /** The command on this process's terminal. */
  public RunCommand() {
    this(VirtBoardFactory::new, Stdio::ofProcess);
  }

  RunCommand(BiFunction<Clock, TranslationMode, MachineFactory> machines, Supplier<Stdio> streams) {
    this.machines = machines;
    this.streams = streams;
  }

  /** Runs the command by itself. */
  public static void main(String[] arguments) {
    System.exit(commandLine(new RunCommand()).execute(arguments));
  }

  static CommandLine commandLine(RunCommand command) {
    return new CommandLine(command)
        .setCommandName("xeno run")
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(new OneSentenceErrors());
  }

  @Override
  public Integer call() {
    Stdio stdio = streams.get();
    try {
      DomainSpec spec = spec();
      @Nullable Duration limit = timeout == null ? null : OptionValues.timeout(timeout);
      @Nullable Path figures = stats == null ? null : statsFile(stats);
      return run(spec, OptionValues.translation(translate), limit, figures, stdio);
    } catch (UsageException e) {
      stdio.say(e.getMessage());
      return 2;
    } catch (DomainException e) {
      stdio.say(e.getMessage());
      return switch (e.code()) {
        case INVALID, NOT_FOUND, EXHAUSTED -> 2;
        case ALREADY_EXISTS, WRONG_STATE -> 1;
      };
    }
  }

  private DomainSpec spec() throws UsageException {
    if (kernel == null && firmware == null) {
      throw new UsageException("there is nothing to start: give --kernel FILE or --firmware FILE");
    }
    List<DiskSpec> diskSpecs = new ArrayList<>();
    for (String disk : disks) {
      diskSpecs.add(OptionValues.disk(disk));
    }
    return new DomainSpec(
        UUID.randomUUID(),
        "run",
        OptionValues.memory(memory),
        OptionValues.cpus(cpus),
        new BootSpec(
            file("--kernel", kernel),
            file("--initrd", initrd),
            commandLine,
            file("--firmware", firmware)),
        diskSpecs,
        SchedulingSpec.DEFAULT);
  }

  private static @Nullable Path file(String option, @Nullable String name) throws UsageException {
    return name == null ? null : OptionValues.path(option, name);
  }

  private static Path statsFile(String name) throws UsageException {
    Path file = OptionValues.path("--stats", name);
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
      throw new UsageException("--stats '%s' is not a file that can be written".formatted(name));
    }
    return file;
  }

  private int run(
      DomainSpec spec,
      TranslationMode mode,
      @Nullable Duration limit,
      @Nullable Path figures,
      Stdio stdio)
      throws DomainException {
    Clock clock = Clock.system();
    FirstByteProbe probe = new FirstByteProbe(machines.apply(clock, mode));
    int processors = Math.min(spec.vcpus(), Runtime.getRuntime().availableProcessors());
    HypervisorConfig host =
        new HypervisorConfig(processors, HostMemory.bytes(), clock, RunPermit.unlimited());
    try (LocalHypervisor hypervisor = new LocalHypervisor(host, probe)) {
      Domain domain = hypervisor.define(spec);
      long startNs = clock.monotonicNs();
      int status = new GuestSession(domain, stdio).run(limit);
      if (figures == null) {
        return status;
      }
      long wallNs = clock.monotonicNs() - startNs;
      String problem =
          new RunStatistics(status, wallNs, probe.instructionsToFirstByte(), domain.counters())
              .write(figures);
      if (problem != null) {
        stdio.say(problem);
        return status == 0 ? 1 : status;
      }
      return status;
    }
  }
}
