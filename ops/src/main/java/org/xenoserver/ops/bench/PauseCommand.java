package org.xenoserver.ops.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.xenoserver.ops.bench.CpuReport.Latency;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Pauses a domain again and again while a kernel runs in it, and prints how long it took until its
 * vCPU had stopped, by the processor time it is charged, and until the call returned. A vCPU is
 * preempted by the same request, be it for a pause, for the end of a slice or for a lease that
 * ends. In turn with it a {@link ControlLoop} is stopped in the same way.
 */
@Command(
    name = PauseCommand.NAME,
    hidden = true,
    description = "Pauses a kernel again and again; bench cpu starts it.")
final class PauseCommand implements Callable<Integer> {
  static final String NAME = "pauses";

  /**
   * The one line it prints: how many pauses, then the median, 99th and 99.9th percentile and
   * longest of the stops, of the calls and of the control's stops.
   */
  static final Pattern LINE =
      Pattern.compile(
          "(?m)^pauses (\\d+) us stop (\\S+) (\\S+) (\\S+) (\\S+) call (\\S+) (\\S+) (\\S+) (\\S+)"
              + " control (\\S+) (\\S+) (\\S+) (\\S+)\r?$");

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
    try (BenchHost host = guest.host(1);
        ControlLoop control = new ControlLoop()) {
      Domain domain = host.start("bench", setup, RUNS, START_PATIENCE);
      double[] stopsUs = new double[pauses];
      double[] callsUs = new double[pauses];
      double[] controlsUs = new double[pauses];
      SplittableRandom random = new SplittableRandom(SEED);
      domain.counters(); // The first look at them takes longer.
      for (int i = 0; i < pauses; i++) {
        await(random);
        long ranNs = domain.counters().cpuNs();
        long startNs = System.nanoTime();
        domain.pause();
        callsUs[i] = (System.nanoTime() - startNs) / NS_PER_US;
        // It may have run on between the first look at the counters and the call.
        stopsUs[i] = Math.min(callsUs[i], (domain.counters().cpuNs() - ranNs) / NS_PER_US);
        control.unpause();
        await(random);
        controlsUs[i] = control.pause() / NS_PER_US;
        domain.unpause();
      }
      System.out.printf(
          Locale.ROOT,
          "pauses %d us stop %s call %s control %s%n",
          pauses,
          text(Latency.of(stopsUs)),
          text(Latency.of(callsUs)),
          text(Latency.of(controlsUs)));
      return 0;
    } catch (DomainException e) {
      throw new BenchException("the kernel ended before all pauses: " + e.getMessage(), e);
    }
  }

  private static void await(SplittableRandom random) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(LONGEST_RUN_US)));
  }

  private static String text(Latency latency) {
    return String.format(
        Locale.ROOT,
        "%.1f %.1f %.1f %.1f",
        latency.medianUs(),
        latency.p99Us(),
        latency.p999Us(),
        latency.longestUs());
  }
}
