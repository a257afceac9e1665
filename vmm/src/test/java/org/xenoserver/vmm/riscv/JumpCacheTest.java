package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JumpCacheTest {
  private static final long ADDRESS = 0xffff_ffff_8000_1234L;
  private static final int BANKS = 8;

  private final JumpCache jumps = new JumpCache();

  @Test
  void shouldFindAJumpAgain() {
    Jump jump = jump(ADDRESS, context(1));
    jumps.put(jump);
    assertThat(jumps.at(ADDRESS, context(1))).isSameAs(jump);
  }

  @Test
  void shouldKeepTheSameAddressOfSeveralAddressSpaces() {
    List<Jump> put = new ArrayList<>();
    for (int bank = 0; bank < BANKS; bank++) {
      Jump jump = jump(ADDRESS, context(bank));
      jumps.put(jump);
      put.add(jump);
    }
    for (int bank = 0; bank < BANKS; bank++) {
      assertThat(jumps.at(ADDRESS, context(bank))).isSameAs(put.get(bank));
    }
  }

  @Test
  void shouldForgetEverything() {
    jumps.put(jump(ADDRESS, context(1)));
    jumps.clear();
    assertThat(jumps.at(ADDRESS, context(1))).isNull();
  }

  private static Jump jump(long pc, long context) {
    Jump jump = new Nowhere();
    jump.pc = pc;
    jump.context = context;
    return jump;
  }

  /** As {@link Hart#fetchContext} names it. */
  private static long context(int number) {
    TranslationBank bank = new TranslationBank(number, () -> {});
    bank.close();
    return bank.fetchEpoch() << 1;
  }

  private static final class Nowhere extends Jump {
    @Override
    protected int run(Hart hart, long base, int entry, int left) {
      return left;
    }
  }
}
