package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JumpCacheTest {
  private static final int BANKS = 8;

  private final JumpCache jumps = new JumpCache();

  @Test
  void shouldFindAnEntryAgain() {
    JumpCache.Jump jump = jumps.at(0x8000_0000L, context(1));
    assertThat(jumps.at(0x8000_0000L, context(1))).isSameAs(jump);
  }

  @Test
  void shouldKeepTheSameAddressOfSeveralAddressSpaces() {
    Set<JumpCache.Jump> entries = new HashSet<>();
    for (int bank = 0; bank < BANKS; bank++) {
      entries.add(jumps.at(0xffff_ffff_8000_1234L, context(bank)));
    }
    assertThat(entries).hasSize(BANKS);
  }

  /** As {@link MemoryAccess#fetchContext} names it. */
  private static long context(int number) {
    TranslationBank bank = new TranslationBank(number);
    bank.close();
    return bank.fetchEpoch << 1;
  }
}
