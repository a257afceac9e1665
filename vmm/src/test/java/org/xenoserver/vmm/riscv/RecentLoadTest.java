package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentLoadTest {
  private static final long MS = 1_000_000;

  private final RecentLoad load = new RecentLoad();
  private long nowNs = 5_000 * MS;

  private void execute(long durationNs) {
    nowNs += durationNs;
    load.executed(durationNs, nowNs);
  }

  @Test
  void shouldBeBusySomeMomentsAfterItBegan() {
    for (int ms = 0; ms < 8; ms++) {
      execute(MS);
      assertThat(load.isBusy()).isFalse();
    }
    for (int ms = 0; ms < 8; ms++) {
      execute(MS);
    }

    assertThat(load.isBusy()).isTrue();
  }

  @Test
  void shouldNotBeBusyWithShortTurns() {
    for (int turn = 0; turn < 1000; turn++) {
      nowNs += 10 * MS;
      execute(2 * MS);
      assertThat(load.isBusy()).isFalse();
    }
  }

  @Test
  void shouldNotBeBusyAnyMoreAfterAWhile() {
    for (int ms = 0; ms < 100; ms++) {
      execute(MS);
    }
    nowNs += 100 * MS;
    execute(MS);

    assertThat(load.isBusy()).isFalse();
  }
}
