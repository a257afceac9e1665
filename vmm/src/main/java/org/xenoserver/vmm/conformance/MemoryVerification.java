package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.util.List;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.riscv.translator.Translator;

/** Runs litmus tests on several harts and counts the outcomes that memory ordering forbids. */
public final class MemoryVerification implements AutoCloseable {
  /** The fewest harts that any of the tests needs, and what all of them need. */
  public static final int FEWEST_HARTS = 2;

  public static final int ALL_HARTS = 4;

  /**
   * What came of a test.
   *
   * @param name of the test
   * @param rounds how often it ran
   * @param outcomes how many different ones there were; harts that race have more than one
   * @param forbidden how often the outcome was forbidden
   */
  public record Result(String name, long rounds, int outcomes, long forbidden) {}

  private final int harts;
  private final Translator translator;
  private final LitmusMachine machine;

  /**
   * Makes the machine.
   *
   * @param harts 2 to 4
   * @param mode when they translate
   * @throws IOException if its memory cannot be had
   */
  public MemoryVerification(int harts, TranslationMode mode) throws IOException {
    this.harts = harts;
    this.translator = new Translator(mode);
    this.machine = new LitmusMachine(harts, new CodeLibrary(translator));
  }

  /** Names of the tests that so many harts can run. */
  public List<String> tests() {
    return LitmusTest.ALL.stream()
        .filter(test -> test.harts().size() <= harts)
        .map(LitmusTest::name)
        .toList();
  }

  /**
   * Runs a test.
   *
   * @param name one of {@link #tests}
   * @param rounds how often at least
   */
  public Result run(String name, long rounds) throws InterruptedException {
    LitmusTest test =
        LitmusTest.ALL.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no litmus test " + name));
    machine.load(test);
    long done = 0;
    long forbidden = 0;
    while (done < rounds) {
      forbidden += machine.row(test);
      done += LitmusMachine.ROW;
    }
    return new Result(name, done, machine.outcomes(), forbidden);
  }

  @Override
  public void close() {
    machine.close();
    translator.close();
  }
}
