package org.xenoserver.vmm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xenoserver.vmm.riscv.translator.TranslationMode;

/** Few rounds of every litmus test; many are run by {@code xeno verify memory}. */
class MemoryVerificationTest {
  private static final long ROUNDS = 4096;

  @ParameterizedTest
  @EnumSource(TranslationMode.class)
  void shouldHaveNoForbiddenOutcome(TranslationMode mode) throws IOException, InterruptedException {
    try (MemoryVerification verification =
        new MemoryVerification(MemoryVerification.ALL_HARTS, mode)) {
      assertThat(verification.tests()).hasSize(LitmusTest.ALL.size());
      for (String name : verification.tests()) {
        MemoryVerification.Result result = verification.run(name, ROUNDS);
        assertThat(result.forbidden()).as("%s", result).isZero();
        assertThat(result.rounds()).isGreaterThanOrEqualTo(ROUNDS);
      }
    }
  }
}
