package org.xenoserver.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.ops.bench.CpuReport.KernelFigures;
import org.xenoserver.ops.bench.CpuReport.KernelResult;
import org.xenoserver.ops.bench.CpuReport.Kernels;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class KernelBenchTest {
  @TempDir private Path folder;
  private final List<String> problems = new ArrayList<>();

  private Kernels measure(Kernel kernel, Emulator... machines)
      throws IOException, InterruptedException {
    Path files = Files.createDirectory(folder.resolve("files"));
    Map<Kernel, Path> elves = new EnumMap<>(Map.of(kernel, folder.resolve("kernel.elf")));
    try (Children children = new Children(files)) {
      return new KernelBench(
              children,
              List.of(machines),
              files,
              2,
              2,
              problems,
              new PrintStream(OutputStream.nullOutputStream()))
          .measure(elves, 4);
    }
  }

  @Test
  void shouldCompareSteadyRounds() throws Exception {
    Kernels kernels =
        measure(
            Kernel.SORT, FakeMachine.xeno(folder, 60, "abc"), FakeMachine.qemu(folder, 90, "abc"));

    assertThat(problems).isEmpty();
    KernelResult sort = kernels.results().getFirst();
    assertThat(sort.checksum()).isEqualTo("abc");
    assertThat(sort.ratios().get("qemu")).isCloseTo(60.0 / 90, within(1e-9));
    KernelFigures ours = Objects.requireNonNull(sort.machines().get("xeno"));
    assertThat(ours.medianMs()).isEqualTo(60);
    assertThat(ours.mips()).isCloseTo(150, within(1e-9));
    assertThat(ours.roundsMs()).containsExactly(List.of(180.0, 60.0), List.of(180.0, 60.0));
    assertThat(ours.roundsToWarm()).containsExactly(1, 1);
    assertThat(ours.statistics().getFirst()).containsEntry("wall_ns", 5);
    assertThat(kernels.geometricMeans().get("qemu")).isCloseTo(60.0 / 90, within(1e-9));
    assertThat(kernels.speedUp()).isEmpty();
  }

  @Test
  void shouldMeasureOneHartAndSeveral() throws Exception {
    Kernels kernels = measure(Kernel.PARALLEL, FakeMachine.xeno(folder, 50, "1"));

    assertThat(kernels.results()).extracting(KernelResult::harts).containsExactly(1, 4);
    assertThat(kernels.speedUp().get("xeno")).isCloseTo(4, within(1e-9));
    assertThat(kernels.geometricMeans()).isEmpty();
  }

  @Test
  void shouldNotCompareDifferentResults() throws Exception {
    Kernels kernels =
        measure(
            Kernel.FIB, FakeMachine.xeno(folder, 60, "abc"), FakeMachine.qemu(folder, 9, "abd"));

    assertThat(kernels.results()).isEmpty();
    assertThat(problems).singleElement().asString().contains("fib", "xeno and qemu", "abc abd");
  }

  @Test
  void shouldGoOnWithoutAMachineThatFails() throws Exception {
    Qemu broken =
        new Qemu(FakeMachine.program(folder, "qemu", "echo out of memory; exit 3\n"), "fake");

    Kernels kernels = measure(Kernel.FIB, FakeMachine.xeno(folder, 60, "abc"), broken);

    assertThat(kernels.results().getFirst().machines()).containsOnlyKeys("xeno");
    assertThat(problems)
        .containsExactly(
            "kernel fib on qemu: qemu with fib ended before its last round; it last said 'out of"
                + " memory'");
  }

  @Test
  void shouldTellPeopleAndPrograms() throws Exception {
    Kernels kernels =
        measure(
            Kernel.SORT, FakeMachine.xeno(folder, 60, "abc"), FakeMachine.qemu(folder, 90, "abc"));
    CpuReport report =
        new CpuReport(
            new CpuReport.Environment(
                "Linux", 2, 0.5, "Java", Map.of("xeno", "ours", "qemu", "7.2"), "gcc", null),
            kernels,
            null,
            new CpuReport.Boot(
                1,
                256,
                1,
                Map.of("qemu", Timings.of(List.of(2000.0))),
                Map.of(),
                Timings.of(List.of(1500.0)),
                Map.of("qemu", 0.75)),
            new CpuReport.Pauses(
                4,
                List.of(
                    new CpuReport.PauseResult(
                        "sort",
                        CpuReport.Latency.of(new double[] {900, 3, 5, 40}),
                        CpuReport.Latency.of(new double[] {901, 13, 15, 41}),
                        CpuReport.Latency.of(new double[] {1, 2, 3, 902})))),
            problems);

    assertThat(TextReport.of(report))
        .containsPattern("sort +(60.0 +90.0|90.0 +60.0) +0.67 +0.67")
        .containsPattern("geometric mean +0.67")
        .contains("xeno  3.00 1.00")
        .contains("{translator.n=7}")
        .containsPattern("second domain .*1500.* +0.75")
        .containsPattern("sort +5 +900 +900 +900 +15 +901 +901 +901 +2 +902 +902 +902")
        .doesNotContain("Commands");
    JsonNode json = JsonMapper.shared().readTree(JsonReport.of(report));
    assertThat(json.at("/kernels/results/0/machines/xeno/median_ms").asDouble()).isEqualTo(60);
    assertThat(json.at("/kernels/results/0/machines/qemu/rounds_ms/1/0").asDouble()).isEqualTo(270);
    assertThat(json.at("/kernels/results/0/ratios_of_minima/qemu").isNumber()).isTrue();
    assertThat(json.at("/boot/second_domain/median_ms").asDouble()).isEqualTo(1500);
    assertThat(json.at("/pauses/results/0/stop/p999_us").asDouble()).isEqualTo(900);
    assertThat(json.at("/commands").isNull()).isTrue();
    assertThat(json.at("/environment/processors").asInt()).isEqualTo(2);
  }
}
