package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JumpTest {
  private final Jump first = new Nowhere();

  @Test
  void shouldLeadNowhereAtFirst() {
    assertThat(first.next(0x8000_0000L)).isNull();
  }

  @Test
  void shouldRememberWhereItWentOnLast() {
    for (int i = 0; i < 64; i++) {
      Jump jump = to(0x8000_0000L + 2 * i);
      first.follow(jump);
      assertThat(first.next(jump.pc)).isSameAs(jump);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 16, 64, 4096})
  void shouldRememberFourPlacesHoweverTheyAreAligned(int alignment) {
    List<Jump> jumps =
        IntStream.range(0, 64).mapToObj(i -> to(0x8000_0000L + (long) i * alignment)).toList();
    jumps.forEach(first::follow);
    assertThat(jumps).filteredOn(jump -> jump.equals(first.next(jump.pc))).hasSize(4);
  }

  @Test
  void shouldLeadToItsAddressInItsContextOnly() {
    Jump jump = to(0x8000_0000L);
    jump.context = 6;
    assertThat(jump.leads(0x8000_0000L, 6)).isTrue();
    assertThat(jump.leads(0x8000_0002L, 6)).isFalse();
    assertThat(jump.leads(0x8000_0000L, 7)).isFalse();
  }

  private static Jump to(long pc) {
    Jump jump = new Nowhere();
    jump.pc = pc;
    return jump;
  }

  private static final class Nowhere extends Jump {
    @Override
    protected int run(Hart hart, long base, int entry, int left) {
      return left;
    }
  }
}
