package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.conformance.Judge.Disagreement;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.riscv.translator.Translator;

/** Runs generated programs on our processor and on a judge until they disagree. */
public final class CpuVerification implements AutoCloseable {
  /** A judge. */
  public enum Against {
    /** Our interpreter, in lockstep. */
    INTERPRETER,
    /** QEMU, at the end of a program. */
    QEMU
  }

  /**
   * What was found.
   *
   * @param programs how many agreed
   * @param failure what disagreed, or null
   */
  public record Outcome(long programs, @Nullable Failure failure) {}

  /**
   * A program that processors disagree on.
   *
   * @param seed it is made from
   * @param difference the first difference, in words
   * @param report in lines, the difference and the instructions that are left of the program after
   *     everything was taken away without which it fails as well
   */
  public record Failure(long seed, String difference, List<String> report) {}

  private final Judge judge;

  private CpuVerification(Judge judge) {
    this.judge = judge;
  }

  /**
   * Against our own interpreter.
   *
   * @param mode when the other side translates
   * @throws IOException if memory for the machines cannot be had
   */
  public static CpuVerification againstInterpreter(TranslationMode mode) throws IOException {
    return new CpuVerification(
        new InterpreterJudge(() -> machine(TranslationMode.NEVER), () -> machine(mode)));
  }

  /**
   * Against QEMU.
   *
   * @param program its name or path
   * @param mode when our side translates
   * @throws IOException if it cannot be run
   */
  public static CpuVerification againstQemu(String program, TranslationMode mode)
      throws IOException {
    return new CpuVerification(new QemuJudge(QemuMachine.find(program), machine(mode)));
  }

  private static SoftwareMachine machine(TranslationMode mode) throws IOException {
    return new SoftwareMachine(new CodeLibrary(new Translator(mode)));
  }

  /**
   * Runs programs of consecutive seeds, until one fails.
   *
   * @param seed of the first
   * @param programs how many
   */
  public Outcome run(long seed, long programs) throws IOException, InterruptedException {
    long done = 0;
    while (done < programs) {
      int count = (int) Math.min(judge.batch(), programs - done);
      List<GuestProgram> batch = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        batch.add(ProgramGenerator.generate(seed + done + i, judge.portable()));
      }
      Disagreement disagreement = judge.check(batch);
      if (disagreement != null) {
        long failed = disagreement.program().seed();
        return new Outcome(failed - seed, smallest(disagreement));
      }
      done += count;
    }
    return new Outcome(done, null);
  }

  private Failure smallest(Disagreement disagreement) throws IOException, InterruptedException {
    Disagreement small = new Shrinker(judge, disagreement).shrink();
    List<String> report = new ArrayList<>();
    report.add("less of the program will do: " + small.difference());
    report.addAll(small.program().listing());
    return new Failure(disagreement.program().seed(), disagreement.difference(), report);
  }

  @Override
  public void close() {
    judge.close();
  }
}
