package org.xenoserver.ops.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.xenoserver.ops.bench.CpuReport.PauseResult;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Pauses a domain again and again while a kernel runs in it, and prints how long it took until no
 * vCPU ran any more. Its vCPUs are preempted by the same request, be it for a pause, for the end of
 * a slice or for a lease that ends.
 */
@Command(
    name = PauseCommand.NAME,
    hidden = true,
    description = "Pauses a kernel again and again; bench cpu starts it.")
final class PauseCommand implements Callable<Integer> {
  static final String NAME = "pauses";

  /** The one line it prints: pauses, and their median, 99th and 99.9th percentile and longest. */
  static final Pattern LINE =
      Pattern.compile("(?m)^pauses (\\d+) us (\\S+) (\\S+) (\\S+) (\\S+)\r?$");

  /** Printed at the end of a kernel's first round. */
  private static final Pattern RUNS = Pattern.compile("round 0 ");

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final int SEED = 1;
  private static final int LONGEST_RUN_US = 2_000;
  private static final double NS_PER_US = 1e3;

  @Mixin private GuestOptions guest = new GuestOptions();

  @Option(names = "--pauses", paramLabel = "N")
  private int pauses = 1_000;

  @Override
  public Integer call() throws BenchException, InterruptedException {
    MachineSetup setup = guest.setup();
    try (BenchHost host = guest.host(1)) {
      Domain domain = host.start("bench", setup, RUNS, START_PATIENCE);
      double[] pausesUs = new double[pauses];
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = 0; i < pauses; i++) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(LONGEST_RUN_US)));
        long startNs = System.nanoTime();
        domain.pause();
        pausesUs[i] = (System.nanoTime() - startNs) / NS_PER_US;
        domain.unpause();
      }
      PauseResult result = PauseResult.of("", pausesUs);
      System.out.println(
          String.format(
              Locale.ROOT,
              "pauses %d us %.1f %.1f %.1f %.1f",
              pauses,
              result.medianUs(),
              result.p99Us(),
              result.p999Us(),
              result.longestUs()));
      return 0;
    } catch (DomainException e) {
      throw new BenchException("the kernel ended before all pauses: " + e.getMessage(), e);
    }
  }
}
