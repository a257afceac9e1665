package org.xenoserver.vmm.riscv;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.riscv.translator.Translator;
import org.xenoserver.vmm.time.ManualClock;

/** When better code is made for what is executed often. */
class OptimisingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long AT = 0x8000_0000L;

  // The Instruction Set Manual Volume I, chapter "RV32/64G Instruction Set Listings".
  private static final int FMADD_D = 0x02007043;
  private static final int ADDI = 0x00150513;
  private static final int CALL = 0x000280e7;
  private static final int JUMP = 0x6f;

  private final Translator translator = new Translator(TranslationMode.AUTO);
  private final ManualClock clock = new ManualClock(0);
  private TranslationAllowance allowance = new TranslationAllowance(clock);

  @AfterEach
  void close() {
    translator.close();
  }

  @Test
  void shouldGoOnAfterLoopsThatAreTooLongToBeOptimised() {
    for (int register = 1; register <= 4; register++) {
      CodePage tooLong = loop(FMADD_D | register << 7, 900);
      translate(tooLong);
      review(tooLong);
    }
    CodePage ordinary = loop(ADDI, 20);
    RegionEntry quick = translate(ordinary);
    review(ordinary);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(region(ordinary)).isNotNull().isNotSameAs(quick.region()));
  }

  @Test
  void shouldTranslateWhatCallsInOnePlaceOnly() {
    assertThat(translate(loop(CALL, 1))).isNotNull();
  }

  @Test
  void shouldMakeNothingBeyondTheAllowance() {
    CodePage refused = loop(ADDI, 20);
    exhaustAllowance();
    translator.translate(view(refused), AT);
    allowance = new TranslationAllowance(clock);
    translate(loop(ADDI, 21));

    assertThat(refused.entry(0)).isNull();
  }

  @Test
  void shouldBetterWhatTheAllowanceDidNotSufficeFor() {
    CodePage page = loop(ADDI, 20);
    RegionEntry quick = translate(page);
    exhaustAllowance();
    review(page);
    allowance = new TranslationAllowance(clock);
    translate(loop(ADDI, 21));
    assertThat(region(page)).isSameAs(quick.region());

    review(page);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(region(page)).isNotNull().isNotSameAs(quick.region()));
  }

  private void exhaustAllowance() {
    allowance = new TranslationAllowance(clock);
    long taken = 0;
    while (allowance.take()) {
      taken++;
    }
    assertThat(taken).isPositive();
  }

  /** A page with the same instruction again and again, and a jump back to its begin. */
  private static CodePage loop(int instruction, int times) {
    ByteBuffer bytes = ByteBuffer.allocate(CodePage.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < times; i++) {
      bytes.putInt(instruction);
    }
    int distance = -bytes.position();
    bytes.putInt(
        (distance >> 20 & 1) << 31
            | (distance >> 1 & 0x3ff) << 21
            | (distance >> 11 & 1) << 20
            | distance & 0xff000
            | JUMP);
    CodePage page = new CodeLibrary(RegionTranslator.NONE).page(bytes.array());
    for (int slot = 0; slot <= 2 * times; slot += 2) {
      page.decode(slot);
    }
    return page;
  }

  private RegionEntry translate(CodePage page) {
    translator.translate(view(page), AT);
    await().atMost(PATIENCE).until(() -> page.entry(0) != null);
    return requireNonNull(page.entry(0));
  }

  private void review(CodePage page) {
    translator.review(view(page), AT, requireNonNull(region(page)));
  }

  private static @Nullable TranslatedRegion region(CodePage page) {
    RegionEntry entry = page.entry(0);
    return entry == null ? null : entry.region();
  }

  private CodeView view(CodePage page) {
    TranslationAllowance account = allowance;
    return new CodeView() {
      @Override
      public TranslationAllowance allowance() {
        return account;
      }

      @Override
      public @Nullable CodePage page(long virtual) {
        return (virtual & ~0xfffL) == AT ? page : null;
      }

      @Override
      public CodeView snapshot() {
        return this;
      }
    };
  }
}
