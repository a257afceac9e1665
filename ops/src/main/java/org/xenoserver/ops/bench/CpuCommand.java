package org.xenoserver.ops.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xenoserver.ops.image.DebianImage;
import org.xenoserver.ops.image.Image;
import org.xenoserver.ops.image.ImageException;
import org.xenoserver.ops.image.ImageStore;
import org.xenoserver.ops.image.Progress;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code xeno bench cpu}: our processor against QEMU's and RVVM's. */
@Command(
    name = "cpu",
    sortOptions = false,
    description =
        "Measures our processor against the emulators on the PATH, in turn on this machine:"
            + " bare-metal kernels in C, commands in Debian, and its boot; and how fast our vCPUs"
            + " stop when they are asked to. A ratio below 1 means that we are faster. Status 0 when"
            + " all was measured, 1 when something could not be, 2 for wrong usage.")
final class CpuCommand implements Callable<Integer> {
  /** Where the launcher says it is. */
  private static final String LAUNCHER = "xenoserver.launcher";

  private static final int COMMANDS_MEMORY_MIB = 1024;
  private static final int BOOT_MEMORY_MIB = 256;
  private static final int KERNEL_RUNS = 2;
  private static final int COMMAND_RUNS = 2;
  private static final int BOOT_RUNS = 5;

  private enum Part {
    KERNELS,
    COMMANDS,
    BOOT,
    PAUSES
  }

  private enum Translate {
    ALWAYS,
    NEVER,
    AUTO
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "kernels, commands, boot or pauses; several with commas (all)")
  private List<Part> only = List.of(Part.values());

  @Option(
      names = "--kernels",
      split = ",",
      paramLabel = "NAME",
      description = "which kernels (all; a wrong name lists them)")
  private List<String> kernels = List.of();

  @Option(
      names = "--commands",
      split = ",",
      paramLabel = "NAME",
      description = "which commands (all; a wrong name lists them)")
  private List<String> commands = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds of a kernel, 2 to 1000 (20); the second half is the steady state")
  private int rounds = 20;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "runs of each machine, 1 to 100 (2; 5 boots)")
  private @Nullable Integer runs;

  @Option(
      names = "--harts",
      paramLabel = "N",
      description = "harts of Debian, 1 to 16 (1), and of the parallel kernel (2)")
  private @Nullable Integer harts;

  @Option(
      names = "--pauses",
      paramLabel = "N",
      description = "how often each kernel is paused, 1000 to 1000000 (20000)")
  private int pauses = 20_000;

  @Option(
      names = "--translate",
      paramLabel = "MODE",
      description = "always, never or auto, passed to xeno run")
  private @Nullable Translate translate;

  @Option(
      names = "--keep",
      paramLabel = "FOLDER",
      description = "leaves the kernels and their sources there")
  private @Nullable Path keep;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (text)")
  private ReportFormat output = ReportFormat.TEXT;

  private final PrintStream progress = System.err;
  private final List<String> problems = new ArrayList<>();

  @Override
  public Integer call() throws BenchException, ImageException, IOException, InterruptedException {
    Set<Part> parts = parts();
    Set<Kernel> chosenKernels =
        chosen(kernels, Kernel.class, Kernel::named, Kernel::title, "--kernels");
    Set<GuestCommand> chosenCommands =
        chosen(
            commands, GuestCommand.class, GuestCommand::named, GuestCommand::title, "--commands");
    check("--rounds", rounds, 2, 1000);
    check("--runs", runs, 1, 100);
    check("--harts", harts, 1, 16);
    check("--pauses", pauses, 1000, 1_000_000);

    Programs programs = Programs.onPath(System.getenv());
    List<Emulator> machines = machines(programs);
    Path folder = Files.createTempDirectory("xeno-bench-");
    try (Children children = new Children(folder)) {
      double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      String compiler = "";
      Map<Kernel, Path> elves = Map.of();
      if (parts.contains(Part.KERNELS) || parts.contains(Part.PAUSES)) {
        CrossCompiler cross = compiler(programs);
        if (cross != null) {
          compiler = cross.version();
          elves = build(cross, folder, chosenKernels);
        }
      }
      CpuReport.@Nullable Kernels kernelFigures = null;
      if (parts.contains(Part.KERNELS) && !elves.isEmpty()) {
        kernelFigures =
            new KernelBench(
                    children, machines, folder, rounds, runs(KERNEL_RUNS), problems, progress)
                .measure(elves, Math.max(2, harts == null ? 2 : harts));
      }
      CpuReport.@Nullable Commands commandFigures = null;
      if (parts.contains(Part.COMMANDS)) {
        commandFigures =
            new GuestBench(children, machines, debian(COMMANDS_MEMORY_MIB), problems, progress)
                .measure(chosenCommands, runs(COMMAND_RUNS));
      }
      CpuReport.@Nullable Boot bootFigures = null;
      if (parts.contains(Part.BOOT)) {
        bootFigures =
            new BootBench(children, machines, debian(BOOT_MEMORY_MIB), problems, progress)
                .measure(runs(BOOT_RUNS));
      }
      CpuReport.@Nullable Pauses pauseFigures = null;
      if (parts.contains(Part.PAUSES) && !elves.isEmpty()) {
        pauseFigures = new PauseBench(children, ours(), pauses, problems, progress).measure(elves);
      }
      print(
          new CpuReport(
              environment(machines, compiler, load),
              kernelFigures,
              commandFigures,
              bootFigures,
              pauseFigures,
              problems));
    }
    problems.forEach(problem -> System.err.println("xeno bench cpu: " + problem));
    return problems.isEmpty() ? 0 : 1;
  }

  /** Without --only, what is named decides. */
  private Set<Part> parts() {
    Set<Part> parts = EnumSet.copyOf(only);
    if (only.size() == Part.values().length && !(kernels.isEmpty() && commands.isEmpty())) {
      parts.clear();
      if (!kernels.isEmpty()) {
        parts.add(Part.KERNELS);
      }
      if (!commands.isEmpty()) {
        parts.add(Part.COMMANDS);
      }
    }
    return parts;
  }

  private interface Named<E> {
    Optional<E> find(String title);
  }

  private interface Titled<E> {
    String title(E value);
  }

  private <E extends Enum<E>> Set<E> chosen(
      List<String> titles, Class<E> type, Named<E> named, Titled<E> titled, String option) {
    Set<E> chosen = EnumSet.noneOf(type);
    for (String title : titles) {
      E value = named.find(title).orElse(null);
      if (value == null) {
        throw usage(
            "%s '%s' is not known; there are %s"
                .formatted(
                    option,
                    title,
                    Stream.of(type.getEnumConstants())
                        .map(titled::title)
                        .collect(Collectors.joining(", "))));
      }
      chosen.add(value);
    }
    return chosen.isEmpty() ? EnumSet.allOf(type) : chosen;
  }

  private void check(String option, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw usage(
          "%s %d is not allowed: it must be %d to %d".formatted(option, value, least, most));
    }
  }

  private ParameterException usage(String sentence) {
    CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
    return new ParameterException(line, sentence);
  }

  private int runs(int usual) {
    return runs == null ? usual : runs;
  }

  private XenoServer ours() throws BenchException {
    String launcher = System.getProperty(LAUNCHER, "");
    if (launcher.isEmpty()) {
      throw new BenchException("the launcher is not known; start with ./xeno bench cpu");
    }
    return new XenoServer(
        Path.of(launcher), translate == null ? null : translate.name().toLowerCase(Locale.ROOT));
  }

  private List<Emulator> machines(Programs programs) throws BenchException, InterruptedException {
    List<Emulator> machines = new ArrayList<>();
    machines.add(ours());
    Path qemu = programs.find(Qemu.PROGRAM).orElse(null);
    if (qemu == null) {
      problems.add(
          "%s is not on the PATH, so that there is nothing to compare with; install Debian's package qemu-system-misc"
              .formatted(Qemu.PROGRAM));
    } else {
      String version =
          Programs.outputOf(List.of(qemu.toString(), "--version")).lines().findFirst().orElse("");
      machines.add(new Qemu(qemu, version));
    }
    Path rvvm = programs.find(Rvvm.PROGRAM).orElse(null);
    if (rvvm != null && Files.isReadable(Rvvm.FIRMWARE)) {
      machines.add(new Rvvm(rvvm, Rvvm.FIRMWARE));
    } else if (rvvm != null) {
      progress.println("rvvm is left out, as it needs " + Rvvm.FIRMWARE + " of package opensbi");
    }
    return machines;
  }

  private @Nullable CrossCompiler compiler(Programs programs) {
    Path gcc = programs.find(CrossCompiler.PROGRAM).orElse(null);
    Path objcopy = programs.find(CrossCompiler.COPIER).orElse(null);
    if (gcc == null || objcopy == null) {
      problems.add(
          "%s is not on the PATH, so that no kernels are measured; install Debian's package gcc-riscv64-linux-gnu"
              .formatted(gcc == null ? CrossCompiler.PROGRAM : CrossCompiler.COPIER));
      return null;
    }
    return new CrossCompiler(gcc, objcopy);
  }

  private Map<Kernel, Path> build(CrossCompiler compiler, Path folder, Set<Kernel> chosen)
      throws BenchException, IOException, InterruptedException {
    Path place = keep == null ? folder : Files.createDirectories(keep).toAbsolutePath();
    compiler.unpack(place);
    Map<Kernel, Path> elves = new EnumMap<>(Kernel.class);
    for (Kernel kernel : chosen) {
      elves.put(kernel, compiler.build(place, kernel));
    }
    return elves;
  }

  private MachineSetup debian(int memoryMiB) throws ImageException {
    Image image =
        new DebianImage(
                ImageStore.ofUser(System.getenv()), Clock.systemUTC(), new Progress(System.err))
            .fetch(false);
    return new MachineSetup(
        image.kernel(), image.initrd(), GuestShell.APPEND, memoryMiB, harts == null ? 1 : harts);
  }

  private CpuReport.Environment environment(
      List<Emulator> machines, String compiler, double loadAverage) {
    Map<String, String> versions = new LinkedHashMap<>();
    machines.forEach(machine -> versions.put(machine.name(), machine.version()));
    return new CpuReport.Environment(
        "%s %s %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        loadAverage,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        versions,
        compiler,
        translate == null ? null : translate.name().toLowerCase(Locale.ROOT));
  }

  private void print(CpuReport report) {
    System.out.print(
        switch (output) {
          case TEXT -> TextReport.of(report);
          case JSON -> JsonReport.of(report);
        });
    System.out.flush();
  }
}
