package org.xenoserver.ops.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench cpu} found. Ratios are our time divided by the peer's named.
 *
 * @param kernels null if they were not asked for, as are {@code commands}, {@code boot} and {@code
 *     pauses}
 * @param problems a sentence for each thing that could not be measured
 */
record CpuReport(
    Environment environment,
    @Nullable Kernels kernels,
    @Nullable Commands commands,
    @Nullable Boot boot,
    @Nullable Pauses pauses,
    List<String> problems) {

  /**
   * Where it was measured.
   *
   * @param machines what each says of itself, by name
   * @param compiler empty if kernels were not built
   * @param translate what {@code --translate} was; null if it was left out
   * @param loadAverage of the last minute when it began; negative if the host does not say
   */
  record Environment(
      String operatingSystem,
      int processors,
      double loadAverage,
      String java,
      Map<String, String> machines,
      String compiler,
      @Nullable String translate) {}

  /**
   * The kernels at steady state.
   *
   * @param geometricMeans of the ratios on one hart
   * @param speedUp throughput of several harts divided by that of one, by machine; empty if that
   *     was not measured
   */
  record Kernels(
      int rounds,
      int runs,
      List<KernelResult> results,
      Map<String, Double> geometricMeans,
      Map<String, Double> speedUp) {}

  /**
   * One kernel.
   *
   * @param checksum the same on every machine
   * @param ratios of medians of steady rounds
   * @param ratiosOfMinima of the fastest rounds
   */
  record KernelResult(
      String kernel,
      int harts,
      String checksum,
      Map<String, KernelFigures> machines,
      Map<String, Double> ratios,
      Map<String, Double> ratiosOfMinima) {}

  /**
   * One kernel on one machine.
   *
   * @param medianMs of the second half of each run's rounds
   * @param minimumMs of all rounds
   * @param mips millions of instructions of the first hart in a second at the median, where a
   *     machine counts them
   * @param roundsToWarm by run: rounds before the first within a fifth of the median
   * @param roundsMs by run, from the first round: the warm-up
   * @param statistics what our machine wrote about itself, by run
   */
  record KernelFigures(
      double medianMs,
      double minimumMs,
      @Nullable Double mips,
      List<Integer> roundsToWarm,
      List<List<Double>> roundsMs,
      List<Map<String, Object>> statistics) {}

  /** Commands in Debian, each once in each machine started. */
  record Commands(
      int harts,
      int memoryMiB,
      int runs,
      List<CommandResult> results,
      Map<String, Double> geometricMeans) {}

  /**
   * One command.
   *
   * @param output what it printed, the same on every machine
   */
  record CommandResult(
      String command,
      String script,
      String output,
      Map<String, Timings> machines,
      Map<String, Double> ratios) {}

  /**
   * From the start of the process, or of a domain in a running one, to the shell's prompt.
   *
   * @param cold a process for each boot, by machine
   * @param secondDomain the second domain of one of our hosts; null if it could not be measured
   * @param secondDomainRatios to a cold boot of the peer
   */
  record Boot(
      int harts,
      int memoryMiB,
      int runs,
      Map<String, Timings> cold,
      Map<String, Double> ratios,
      @Nullable Timings secondDomain,
      Map<String, Double> secondDomainRatios) {}

  /**
   * How long it takes until no vCPU of a domain runs after that was asked for, under each kernel.
   *
   * @param pauses how many each figure is of
   */
  record Pauses(int pauses, List<PauseResult> results) {}

  /**
   * Under one kernel.
   *
   * @param stop from the request until no vCPU held a processor any more
   * @param call until whoever asked had been told, devices held too
   * @param control the stop of a thread that only looks whether it is to stop, in turn with the
   *     domain: what the machine adds to each
   */
  record PauseResult(String kernel, Latency stop, Latency call, Latency control) {}

  /** Quantiles in microseconds. */
  record Latency(double medianUs, double p99Us, double p999Us, double longestUs) {
    static Latency of(double[] singleUs) {
      double[] sorted = singleUs.clone();
      Arrays.sort(sorted);
      return new Latency(
          quantile(sorted, 0.5),
          quantile(sorted, 0.99),
          quantile(sorted, 0.999),
          sorted[sorted.length - 1]);
    }

    private static double quantile(double[] sorted, double quantile) {
      return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }
  }
}
