package org.xenoserver.integrationtests.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.time.Clock;

/**
 * A process with one domain and a permit that is never extended: passes the guest's console on, and
 * ends some time after the permit has.
 *
 * <p>Arguments: a kernel, and how long the permit holds in ms.
 */
final class FencedGuest {
  private static final long AFTERWARDS_NS = 300_000_000;

  private FencedGuest() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    Clock clock = Clock.system();
    RunPermit permit = RunPermit.untilProven(clock);
    try (VirtBoardFactory boards = new VirtBoardFactory(clock);
        LocalHypervisor hypervisor =
            new LocalHypervisor(new HypervisorConfig(1, 64 << 20, clock, permit), boards)) {
      var domain =
          hypervisor.define(
              new DomainSpec(
                  new UUID(0, 1),
                  "fenced",
                  8 << 20,
                  1,
                  new BootSpec(Path.of(arguments[0]), null, "", null),
                  List.of(),
                  SchedulingSpec.DEFAULT));
      var unused = domain.console().attach(true, bytes -> out.print(new String(bytes, US_ASCII)));
      domain.start();
      permit.extendTo(clock.monotonicNs() + Long.parseLong(arguments[1]) * 1_000_000);
      // The permit's time passes, and some more: what executes in that executes without a permit.
      long endNs = permit.deadlineNs() + AFTERWARDS_NS;
      for (long leftNs = 1; leftNs > 0; leftNs = endNs - clock.monotonicNs()) {
        LockSupport.parkNanos(leftNs);
      }
      out.println("retired " + domain.counters().retiredInstructions());
      out.flush();
    }
  }
}
