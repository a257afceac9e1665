package org.xenoserver.ops.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts domains one after another in one process, as a host does, each once the one before is at
 * its prompt; all stay. Prints {@code domain I MS} for each, from its definition to its prompt.
 */
@Command(
    name = SecondDomainCommand.NAME,
    hidden = true,
    description = "Boots domains one after another on one host; bench cpu starts it.")
final class SecondDomainCommand implements Callable<Integer> {
  static final String NAME = "domains";

  private static final Duration PATIENCE = GuestShell.BOOT_PATIENCE;
  private static final long BYTES_PER_MIB = 1 << 20;
  private static final int LONGEST_PROMPT = 64;

  @Option(names = "--kernel", required = true, paramLabel = "FILE")
  private Path kernel = Path.of("");

  @Option(names = "--initrd", paramLabel = "FILE")
  private @Nullable Path initrd;

  @Option(names = "--append", paramLabel = "TEXT")
  private String append = "";

  @Option(names = "--memory", required = true, paramLabel = "MIBM")
  private String memory = "";

  @Option(names = "--cpus", paramLabel = "N")
  private int cpus = 1;

  @Option(names = "--domains", paramLabel = "N")
  private int domains = 2;

  /** The process must not replace the archive of classes that its parent was started from. */
  static Map<String, String> environment(Map<String, String> ours) {
    String options = "XENOSERVER_JAVA_OPTS";
    return Map.of(
        options, (ours.getOrDefault(options, "") + " -XX:-AutoCreateSharedArchive").strip());
  }

  /** What is printed when a domain is at its prompt; the first group is its time in ms. */
  static Pattern line(int domain) {
    return Pattern.compile("(?m)^domain " + domain + " (\\d+\\.\\d+)\r?$");
  }

  @Override
  public Integer call() throws BenchException, InterruptedException {
    Clock clock = Clock.system();
    long memoryBytes = Long.parseLong(memory.substring(0, memory.length() - 1)) * BYTES_PER_MIB;
    HypervisorConfig host =
        new HypervisorConfig(
            Runtime.getRuntime().availableProcessors(),
            memoryBytes * domains,
            clock,
            RunPermit.unlimited());
    try (VirtBoardFactory machines = new VirtBoardFactory(clock);
        LocalHypervisor hypervisor = new LocalHypervisor(host, machines)) {
      for (int i = 1; i <= domains; i++) {
        long startNs = clock.monotonicNs();
        bootToPrompt(hypervisor, "bench-" + i, memoryBytes);
        System.out.println(
            String.format(Locale.ROOT, "domain %d %.1f", i, (clock.monotonicNs() - startNs) / 1e6));
      }
    } catch (DomainException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private void bootToPrompt(LocalHypervisor hypervisor, String name, long memoryBytes)
      throws DomainException, BenchException, InterruptedException {
    Domain domain =
        hypervisor.define(
            new DomainSpec(
                UUID.randomUUID(),
                name,
                memoryBytes,
                cpus,
                new BootSpec(kernel, initrd, append, null),
                List.of(),
                SchedulingSpec.DEFAULT));
    CountDownLatch atPrompt = new CountDownLatch(1);
    StringBuilder tail = new StringBuilder();
    try (AutoCloseable reading =
        domain
            .console()
            .attach(
                true,
                bytes -> {
                  tail.append(new String(bytes, StandardCharsets.ISO_8859_1));
                  if (GuestShell.PROMPT.matcher(tail).find()) {
                    atPrompt.countDown();
                  }
                  tail.delete(0, Math.max(0, tail.length() - LONGEST_PROMPT));
                })) {
      domain.start();
      if (!atPrompt.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new BenchException(
            "domain %s was not at its prompt within %d s: %s"
                .formatted(name, PATIENCE.toSeconds(), tail));
      }
    } catch (DomainException | BenchException | InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
