package org.xenoserver.ops.verify;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.conformance.MemoryVerification;
import org.xenoserver.vmm.conformance.MemoryVerification.Result;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code xeno verify memory}: litmus tests on several harts. */
@Command(
    name = "memory",
    sortOptions = false,
    description = {
      "Runs litmus tests on several harts and counts outcomes that RISC-V's memory ordering forbids.",
      "Status 0 when there is none, 1 when there is one, 2 for wrong usage."
    })
final class MemoryVerb implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--rounds", paramLabel = "N", description = "of each test, at least (1000000)")
  private long rounds = 1_000_000;

  @Option(
      names = "--harts",
      paramLabel = "N",
      description = "2 to 4; tests that need more are left out (4)")
  private int harts = MemoryVerification.ALL_HARTS;

  @Option(
      names = "--translate",
      paramLabel = "WHEN",
      description = "always, auto or never: when the harts translate (auto)")
  private TranslationMode translate = TranslationMode.AUTO;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rounds < 1) {
      throw refused("--rounds " + rounds + " is not allowed: give 1 or more");
    }
    if (harts < MemoryVerification.FEWEST_HARTS || harts > MemoryVerification.ALL_HARTS) {
      throw refused(
          "--harts %d is not allowed: give %d to %d"
              .formatted(harts, MemoryVerification.FEWEST_HARTS, MemoryVerification.ALL_HARTS));
    }
    long forbidden = 0;
    try (MemoryVerification verification = new MemoryVerification(harts, translate)) {
      for (String name : verification.tests()) {
        Result result = verification.run(name, rounds);
        System.out.printf(
            "%-18s %d rounds, %d different outcomes, %d forbidden%n",
            name, result.rounds(), result.outcomes(), result.forbidden());
        forbidden += result.forbidden();
      }
    }
    System.out.printf("%d forbidden outcomes on %d harts%n", forbidden, harts);
    return forbidden == 0 ? 0 : 1;
  }

  private ParameterException refused(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not made this");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }
}
