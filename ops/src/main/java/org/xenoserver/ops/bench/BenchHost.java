package org.xenoserver.ops.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.time.Clock;

/** Our hypervisor in this process, as a host's agent has it, for what is measured from within. */
final class BenchHost implements AutoCloseable {
  private static final long BYTES_PER_MIB = 1 << 20;
  private static final int LONGEST_AWAITED = 64;

  private final VirtBoardFactory machines;
  private final LocalHypervisor hypervisor;

  /** With all processors there are, and memory for some domains. */
  BenchHost(long memoryMiB, TranslationMode translate) {
    Clock clock = Clock.system();
    machines = new VirtBoardFactory(clock, translate);
    hypervisor =
        new LocalHypervisor(
            new HypervisorConfig(
                Runtime.getRuntime().availableProcessors(),
                memoryMiB * BYTES_PER_MIB,
                clock,
                RunPermit.unlimited()),
            machines);
  }

  /** Starts a domain, and returns once it has printed something, of 64 characters at most. */
  Domain start(String name, MachineSetup setup, Pattern awaited, Duration patience)
      throws BenchException, InterruptedException {
    CountDownLatch seen = new CountDownLatch(1);
    StringBuilder tail = new StringBuilder();
    try {
      Domain domain =
          hypervisor.define(
              new DomainSpec(
                  UUID.randomUUID(),
                  name,
                  setup.memoryMiB() * BYTES_PER_MIB,
                  setup.harts(),
                  new BootSpec(setup.kernel(), setup.initrd(), setup.append(), null),
                  List.of(),
                  SchedulingSpec.DEFAULT));
      try (AutoCloseable reading =
          domain
              .console()
              .attach(
                  true,
                  bytes -> {
                    tail.append(new String(bytes, StandardCharsets.ISO_8859_1));
                    if (awaited.matcher(tail).find()) {
                      seen.countDown();
                    }
                    tail.delete(0, Math.max(0, tail.length() - LONGEST_AWAITED));
                  })) {
        domain.start();
        if (!seen.await(patience.toSeconds(), TimeUnit.SECONDS)) {
          throw new BenchException(
              "domain %s was not ready within %d s: %s"
                  .formatted(name, patience.toSeconds(), tail));
        }
      }
      return domain;
    } catch (DomainException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    } catch (BenchException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hypervisor.close();
    machines.close();
  }
}
