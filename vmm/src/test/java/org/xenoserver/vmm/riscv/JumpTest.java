package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JumpTest {
  private final Jump first = new Nowhere();

  @Test
  void shouldLeadNowhereAtFirst() {
    assertThat(first.next(0x8000_0000L)).isNull();
  }

  @Test
  void shouldRememberWhereItWentOn() {
    Jump[] others = new Jump[4];
    for (int i = 0; i < others.length; i++) {
      others[i] = to(0x8000_0000L + 2 * i);
      first.follow(others[i]);
    }
    for (Jump other : others) {
      assertThat(first.next(other.pc)).isSameAs(other);
    }
  }

  @Test
  void shouldRememberTheLastOfTwoInOnePlace() {
    Jump last = to(0x8000_0000L + 16);
    first.follow(to(0x8000_0000L));
    first.follow(last);
    assertThat(first.next(0x8000_0000L)).isSameAs(last);
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
