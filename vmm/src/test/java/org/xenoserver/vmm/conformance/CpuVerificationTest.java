package org.xenoserver.vmm.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xenoserver.vmm.assembler.InstructionTable;
import org.xenoserver.vmm.conformance.CpuVerification.Outcome;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.Jump;
import org.xenoserver.vmm.riscv.RegionEntry;
import org.xenoserver.vmm.riscv.RegionTranslator;
import org.xenoserver.vmm.riscv.TranslatedRegion;
import org.xenoserver.vmm.riscv.translator.TranslationMode;

/** A bounded run against each judge, and that a judge finds what is wrong. */
class CpuVerificationTest {
  private static final long SEED = 1;
  private static final String QEMU = "qemu-system-riscv64";

  @Test
  void shouldEndAsOnQemu() throws IOException, InterruptedException {
    try (CpuVerification verification = qemu()) {
      assertAgree(verification.run(SEED, 512), 512);
    }
  }

  private static CpuVerification qemu() {
    try {
      return CpuVerification.againstQemu(QEMU, TranslationMode.NEVER);
    } catch (IOException e) {
      return abort("NOT RUN: generated programs against QEMU: " + e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(TranslationMode.class)
  void shouldComputeTheSameHoweverItIsExecuted(TranslationMode mode)
      throws IOException, InterruptedException {
    try (CpuVerification verification = CpuVerification.againstInterpreter(mode)) {
      assertAgree(verification.run(SEED, 60), 60);
    }
  }

  /** This program is to end in S-mode while a7 asks for a service, which must not be done then. */
  @Test
  void shouldEndWithASupervisorsServiceInA7() throws IOException, InterruptedException {
    try (CpuVerification verification = CpuVerification.againstInterpreter(TranslationMode.NEVER)) {
      assertThat(verification.run(54_150, 1).failure()).isNull();
    }
  }

  private static void assertAgree(Outcome outcome, long programs) {
    assertThat(outcome.failure()).as("seed %d and on", SEED).isNull();
    assertThat(outcome.programs()).isEqualTo(programs);
  }

  @Test
  void shouldFindARegionThatLies() throws IOException, InterruptedException {
    try (InterpreterJudge judge =
        new InterpreterJudge(
            () -> new SoftwareMachine(new CodeLibrary(RegionTranslator.NONE)),
            () -> new SoftwareMachine(new CodeLibrary(new LyingTranslator())))) {
      Judge.Disagreement found =
          requireNonNull(judge.check(List.of(ProgramGenerator.generate(SEED, judge.portable()))));
      assertThat(found.difference()).contains("pc should be 0x");
      Judge.Disagreement small = new Shrinker(judge, found).shrink();
      assertThat(small.program().listing()).isNotEmpty();
    }
  }

  @Test
  void shouldMakeTheSameProgramOfTheSameSeed() {
    for (long seed = SEED; seed < SEED + 20; seed++) {
      byte[] arena = ProgramGenerator.generate(seed, true).arena();
      assertThat(ProgramGenerator.generate(seed, true).arena())
          .as("seed %d", seed)
          .isEqualTo(arena);
      assertThat(ProgramGenerator.generate(seed + 1, true).arena()).isNotEqualTo(arena);
    }
  }

  @Test
  void shouldContainEveryInstruction() {
    Set<String> missing = new HashSet<>();
    new InstructionTable().rows().forEach(row -> missing.add(row.name()));
    for (long seed = SEED; seed < SEED + 2000 && !missing.isEmpty(); seed++) {
      for (String line : ProgramGenerator.generate(seed, false, new BitSet(), true).listing()) {
        String[] words = line.split("\\s+");
        if (words.length > 1) {
          missing.remove(words[1]);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Installs at every place a region that says it retired an instruction and did nothing. */
  private static final class LyingTranslator implements RegionTranslator {
    @Override
    public int visits() {
      return 0;
    }

    @Override
    public int evictions() {
      return 0;
    }

    @Override
    public void translate(CodeView code, long at) {
      CodePage page = code.page(at);
      if (page != null) {
        TranslatedRegion region = new TranslatedRegion(Lie.class);
        region.setPages(List.of(new TranslatedRegion.PlacedPage(0, page)));
        page.enter((int) (at & 0xfff) >>> 1, new RegionEntry(region, 0, 0));
      }
    }

    @Override
    public void review(CodeView code, long at, TranslatedRegion region) {}
  }

  private static final class Lie extends Jump {
    @Override
    protected int run(Hart hart, long base, int entry, int left) {
      return left - 1;
    }
  }
}
