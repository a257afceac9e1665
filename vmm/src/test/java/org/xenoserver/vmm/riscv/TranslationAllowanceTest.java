package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.ManualClock;

class TranslationAllowanceTest {
  private static final long SECOND_NS = 1_000_000_000;

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - SECOND_NS / 2);
  private final TranslationAllowance allowance = new TranslationAllowance(clock);

  @Test
  void shouldAllowSoManyAtOnce() {
    assertThat(takeAll()).isEqualTo(TranslationAllowance.MOST);
    assertThat(allowance.take()).isFalse();
  }

  @Test
  void shouldRegainOneASecond() {
    takeAll();

    clock.advance(SECOND_NS - 1);
    assertThat(takeAll()).isZero();
    clock.advance(1);
    assertThat(takeAll()).isEqualTo(1);
    clock.advance(3 * SECOND_NS);
    assertThat(takeAll()).isEqualTo(3);
  }

  @Test
  void shouldRegainNoMoreThanWasTaken() {
    clock.advance(1000 * SECOND_NS);

    assertThat(takeAll()).isEqualTo(TranslationAllowance.MOST);
  }

  @Test
  void shouldBeWholeOnceAllIsRegained() {
    assertThat(allowance.isWhole()).isTrue();

    allowance.take();
    allowance.take();
    clock.advance(2 * SECOND_NS - 1);
    assertThat(allowance.isWhole()).isFalse();
    clock.advance(1);
    assertThat(allowance.isWhole()).isTrue();
  }

  private long takeAll() {
    long taken = 0;
    while (allowance.take()) {
      taken++;
    }
    return taken;
  }
}
