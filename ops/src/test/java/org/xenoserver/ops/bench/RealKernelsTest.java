package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.ops.bench.CpuReport.KernelResult;
import org.xenoserver.ops.bench.CpuReport.Kernels;
import org.xenoserver.ops.bench.CpuReport.Latency;
import org.xenoserver.ops.bench.CpuReport.PauseResult;
import org.xenoserver.ops.bench.CpuReport.Pauses;

/** The kernels themselves, compiled, on our machine and on QEMU's. */
@Tag("guest")
final class RealKernelsTest {
  @TempDir private Path folder;

  private static Path found(Programs programs, String program) {
    return programs
        .find(program)
        .orElseGet(() -> {
          String message = "NOT RUN for want of " + program + ": the benchmark's kernels";
          System.out.println(message);
          return Assumptions.abort(message);
        });
  }

  private static CrossCompiler compiler(Programs programs) {
    return new CrossCompiler(
        found(programs, CrossCompiler.PROGRAM), found(programs, CrossCompiler.COPIER));
  }

  private XenoServer xeno() throws IOException {
    String launcher =
        "exec '%s' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:-DontCompileHugeMethods -XX:+UseSerialGC -cp '%s' org.xenoserver.ops.Xeno \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"));
    return new XenoServer(FakeMachine.program(folder, "xeno", launcher), null);
  }

  @Test
  void shouldStopWhenTheyArePaused() throws Exception {
    CrossCompiler compiler = compiler(Programs.onPath(System.getenv()));
    Path files = Files.createDirectory(folder.resolve("files"));
    compiler.unpack(files);
    List<String> problems = new ArrayList<>();
    try (Children children = new Children(files)) {
      Pauses pauses =
          new PauseBench(
                  children,
                  xeno(),
                  1000,
                  problems,
                  new PrintStream(OutputStream.nullOutputStream()))
              .measure(Map.of(Kernel.TRAPS, compiler.build(files, Kernel.TRAPS)));

      assertThat(problems).isEmpty();
      PauseResult traps = pauses.results().getFirst();
      assertThat(traps.stop().p99Us()).isPositive().isLessThan(traps.call().longestUs());
      for (Latency latency : List.of(traps.stop(), traps.call(), traps.control())) {
        assertThat(
                List.of(latency.medianUs(), latency.p99Us(), latency.p999Us(), latency.longestUs()))
            .isSorted();
      }
    }
  }

  @Test
  void shouldHaveTheSameResultsOnBothMachines() throws Exception {
    Programs programs = Programs.onPath(System.getenv());
    CrossCompiler compiler = compiler(programs);
    Qemu qemu = new Qemu(found(programs, Qemu.PROGRAM), "");
    XenoServer xeno = xeno();
    Path files = Files.createDirectory(folder.resolve("files"));
    compiler.unpack(files);
    Map<Kernel, Path> elves = new EnumMap<>(Kernel.class);
    for (Kernel kernel : Kernel.values()) {
      Path elf = compiler.build(files, kernel);
      if (kernel == Kernel.TRAPS || kernel == Kernel.PAGES || kernel == Kernel.PARALLEL) {
        elves.put(kernel, elf);
      }
    }
    List<String> problems = new ArrayList<>();
    try (Children children = new Children(files)) {
      Kernels kernels =
          new KernelBench(
                  children,
                  List.of(xeno, qemu),
                  files,
                  2,
                  1,
                  problems,
                  new PrintStream(OutputStream.nullOutputStream()))
              .measure(elves, 2);

      assertThat(problems).isEmpty();
      assertThat(kernels.results())
          .hasSize(4)
          .allSatisfy(result ->
              assertThat(result.machines()).containsOnlyKeys(XenoServer.NAME, qemu.name()))
          .extracting(KernelResult::checksum)
          .doesNotHaveDuplicates();
    }
  }
}
