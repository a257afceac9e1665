package org.xenoserver.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xenoserver.hostagent.SoftwareHypervisor;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.DomainState;
import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;

/**
 * The official instruction set tests (riscv-software-src/riscv-tests), if someone says where their
 * ELF files are: the environment variable {@value #FOLDER} names the folder.
 */
final class IsaTest {
  private static final String FOLDER = "XENOSERVER_ISA_TESTS";
  private static final Pattern TEST =
      Pattern.compile("rv64(ui|um|ua|uf|ud|uc|mi|si|uzba|uzbb|uzbc|uzbs)-[pv]-[a-z0-9_-]+");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MEMORY_BYTES = 16 << 20;

  @Test
  void shouldPassTheOfficialTests() throws Exception {
    String folder = System.getenv(FOLDER);
    if (folder == null) {
      Absence.of("the official ISA tests", FOLDER + " does not name the folder of their ELF files");
      return;
    }
    List<Path> tests = tests(Path.of(folder));
    assertThat(tests).as("ISA tests in %s", folder).isNotEmpty();
    TreeMap<String, String> failures = new TreeMap<>();
    try (Hypervisor hypervisor =
        SoftwareHypervisor.factory().create(2, 4 * MEMORY_BYTES, RunPermit.unlimited())) {
      for (Path test : tests) {
        String outcome = run(hypervisor, test);
        if (!outcome.isEmpty()) {
          failures.put(String.valueOf(test.getFileName()), outcome);
        }
      }
    }
    System.out.printf("ISA tests: %d run, %d failed %s%n", tests.size(), failures.size(), failures);
    assertThat(failures).isEmpty();
  }

  private static List<Path> tests(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> TEST.matcher(String.valueOf(file.getFileName())).matches())
          .sorted()
          .toList();
    }
  }

  /** Empty for a pass. */
  private static String run(Hypervisor hypervisor, Path test) throws Exception {
    Domain domain = hypervisor.define(spec(test));
    CompletableFuture<DomainState> end = new CompletableFuture<>();
    try (AutoCloseable watch = domain.watch(state -> endOf(state, end))) {
      domain.start();
      DomainState state = end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return state == DomainState.STOPPED
          ? domain.exitStatus() == 0 ? "" : "test " + domain.exitStatus()
          : domain.reason();
    } catch (TimeoutException e) {
      return "still runs after " + PATIENCE.toSeconds() + " s";
    } catch (DomainException e) {
      return String.valueOf(e.getMessage());
    } finally {
      domain.destroy();
    }
  }

  private static void endOf(DomainState state, CompletableFuture<DomainState> end) {
    if (state == DomainState.STOPPED || state == DomainState.CRASHED) {
      end.complete(state);
    }
  }

  private static DomainSpec spec(Path test) {
    return new DomainSpec(
        UUID.randomUUID(),
        "isa",
        MEMORY_BYTES,
        1,
        new BootSpec(test, null, "", null),
        List.of(),
        SchedulingSpec.DEFAULT);
  }
}
