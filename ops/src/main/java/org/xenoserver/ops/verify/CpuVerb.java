package org.xenoserver.ops.verify;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.conformance.CpuVerification;
import org.xenoserver.vmm.conformance.CpuVerification.Against;
import org.xenoserver.vmm.conformance.CpuVerification.Failure;
import org.xenoserver.vmm.conformance.CpuVerification.Outcome;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code xeno verify cpu}: generated programs on our processor and on a judge. */
@Command(
    name = "cpu",
    sortOptions = false,
    description = {
      "Runs generated programs on our processor and on a judge, until they disagree.",
      "Status 0 when all agree, 1 when one does not or the judge cannot be run, 2 for wrong usage."
    })
final class CpuVerb implements Callable<Integer> {
  /** Programs between two notes of progress. */
  private static final long STRETCH = 2560;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--programs", paramLabel = "N", description = "how many programs (10000)")
  private long programs = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "of the first; the others' follow one by one (1)")
  private long seed = 1;

  @Option(
      names = "--against",
      paramLabel = "JUDGE",
      description =
          "interpreter: in lockstep with our own; qemu: the end state on QEMU (interpreter)")
  private Against against = Against.INTERPRETER;

  @Option(
      names = "--translate",
      paramLabel = "WHEN",
      description = "always, auto or never: when our processor translates (always)")
  private TranslationMode translate = TranslationMode.ALWAYS;

  @Option(
      names = "--qemu",
      paramLabel = "PROGRAM",
      description = "name or path of QEMU (qemu-system-riscv64)")
  private String qemu = "qemu-system-riscv64";

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (programs < 1) {
      throw new ParameterException(
          commandLine(), "--programs " + programs + " is not allowed: give 1 or more");
    }
    try (CpuVerification verification =
        switch (against) {
          case INTERPRETER -> CpuVerification.againstInterpreter(translate);
          case QEMU -> CpuVerification.againstQemu(qemu, translate);
        }) {
      return run(verification);
    }
  }

  private int run(CpuVerification verification) throws IOException, InterruptedException {
    long done = 0;
    while (done < programs) {
      Outcome outcome = verification.run(seed + done, Math.min(STRETCH, programs - done));
      done += outcome.programs();
      Failure failure = outcome.failure();
      if (failure != null) {
        report(done, failure);
        return 1;
      }
      if (done < programs) {
        System.err.printf("%d of %d%n", done, programs);
      }
    }
    System.out.printf("%d programs agree%n", done);
    return 0;
  }

  private void report(long done, Failure failure) {
    System.out.printf("%d programs agree; that of seed %d does not%n", done, failure.seed());
    System.out.println(failure.difference());
    failure.report().forEach(line -> System.out.println("  " + line));
    System.out.printf(
        "again: ./xeno verify cpu --programs 1 --seed %d --against %s --translate %s%n",
        failure.seed(),
        against.name().toLowerCase(Locale.ROOT),
        translate.name().toLowerCase(Locale.ROOT));
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not made this");
    }
    return spec.commandLine();
  }
}
