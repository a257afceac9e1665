package org.xenoserver.vmm.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two harts on two threads over one memory. */
@Timeout(30)
class SharedMemoryTest {
  private static final long DATA = TestMachine.BASE + 0x4000;
  private static final int INCREMENTS = 100_000;
  private static final int ROUNDS = 2000;
  private static final int LUI_T0 = 0x2b7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amoadd.w x0, s1, (s0)",
        "amoadd.d x0, s1, (s0)",
        "again: lr.d t0, (s0)\n add t0, t0, s1\n sc.d t1, t0, (s0)\n bnez t1, again",
        "again: lr.w t0, (s0)\n addw t0, t0, s1\n sc.w t1, t0, (s0)\n bnez t1, again"
      })
  void shouldLoseNoIncrement(String increment) {
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      machine.load(
          """
            li s0, 0x%x
            li s1, 1
            li s2, %d
          loop:
            %s
            addi s2, s2, -1
            bnez s2, loop
            ebreak
          """
              .formatted(DATA, INCREMENTS, increment));
      HartThreads.run(machine, HartStart.MACHINE);
      assertThat(machine.memory.getLong(DATA)).isEqualTo(2L * INCREMENTS);
    }
  }

  @Test
  void shouldExcludeTheOtherHartFromALock() {
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      machine.load(
          """
            li s0, 0x%x
            li s1, 1
            li s2, 20000
          loop:
            amoswap.w.aq t0, s1, (s0)
            bnez t0, loop
            ld t1, 8(s0)
            addi t1, t1, 1
            sd t1, 8(s0)
            amoswap.w.rl x0, x0, (s0)
            addi s2, s2, -1
            bnez s2, loop
            ebreak
          """
              .formatted(DATA));
      HartThreads.run(machine, HartStart.MACHINE);
      assertThat(machine.memory.getLong(DATA + 8)).isEqualTo(40_000);
    }
  }

  @Test
  void shouldOrderStoresByFences() {
    // Dekker's test: after a fence both may not read the other's old value.
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      machine.load(
          """
            csrr t0, mhartid
            li s0, 0x%x
            slli t1, t0, 6
            add s1, s0, t1      # my flag
            xori t1, t1, 64
            add s2, s0, t1      # the other's
            slli t1, t0, 14
            li s3, 0x%x
            add s3, s3, t1      # what I read
            li s4, 0
            li s5, 1000
          loop:
            addi s4, s4, 1
            sd s4, 0(s1)
            fence
            ld t2, 0(s2)
            sd t2, 0(s3)
            addi s3, s3, 8
            bne s4, s5, loop
            ebreak
          """
              .formatted(DATA, DATA + 0x10000));
      HartThreads.run(machine, HartStart.MACHINE);
      for (int round = 1; round <= 1000; round++) {
        long first = machine.memory.getLong(DATA + 0x10000 + 8L * (round - 1));
        // The second hart, in the round the first saw as next, has seen this round or a later one.
        if (first < 1000) {
          long second = machine.memory.getLong(DATA + 0x14000 + 8L * first);
          assertThat(second).isGreaterThanOrEqualTo(round);
        }
      }
    }
  }

  @Test
  void shouldExecuteWhatTheOtherHartDecodesAtTheSameTime() {
    try (TestMachine machine = new TestMachine(2, bus -> {})) {
      long end = TestMachine.BASE + 0x10_0000;
      for (long at = TestMachine.BASE; at < end; at += 4) {
        machine.memory.putInt(at, LUI_T0 | (int) at << 10); // No two pages have the same content.
      }
      machine.load(end, "ebreak");
      HartThreads.run(machine, HartStart.MACHINE);
      assertThat(machine.harts)
          .extracting(machine::end)
          .containsOnly(new TestMachine.End(TrapCause.BREAKPOINT, end, end));
    }
  }

  private static final HartStart START = new HartStart(TestMachine.HALT, HartStart.MACHINE, 0, 0);

  @Test
  void shouldBeStartedByOneOfTwoThatTryAtOnce() throws Exception {
    try (TestMachine machine = new TestMachine();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Hart hart = machine.hart();
      AtomicInteger round = new AtomicInteger();
      Future<Integer> rival =
          threads.submit(() -> eachRound(round, () -> hart.start(START) ? 1 : 0));
      int won = 0;
      for (int next = 1; next <= ROUNDS; next++) {
        round.set(next);
        spin(next);
        won += hart.start(START) ? 1 : 0;
        awaitRival(round, next);
        hart.run(machine.clock.wallNs());
        hart.stop();
      }
      assertThat(won + rival.get()).as("starts that succeeded").isEqualTo(ROUNDS);
    }
  }

  @Test
  void shouldStayStartedWhileOthersAskForAStart() throws Exception {
    try (TestMachine machine = new TestMachine();
        ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Hart hart = machine.hart();
      AtomicInteger round = new AtomicInteger();
      Future<Integer> rival =
          threads.submit(() ->
              eachRound(
                  round,
                  () -> {
                    int wrong = 0;
                    for (int i = 0; i < 30; i++) {
                      wrong += hart.start(START) || hart.isStopped() ? 1 : 0;
                    }
                    return wrong;
                  }));
      for (int next = 1; next <= ROUNDS; next++) {
        hart.start(START);
        round.set(next);
        spin(next);
        hart.run(machine.clock.wallNs());
        awaitRival(round, next);
        hart.stop();
      }
      assertThat(rival.get()).as("times it looked stopped").isZero();
    }
  }

  /** In each round, as soon as it begins, does something; then says so by negating its number. */
  private static int eachRound(AtomicInteger round, IntSupplier action) {
    int sum = 0;
    for (int next = 1; next <= ROUNDS; next++) {
      while (round.get() != next) {
        Thread.yield();
      }
      sum += action.getAsInt();
      round.set(-next);
    }
    return sum;
  }

  /** Lets the rival come first, about level, or last. */
  private static void spin(int round) {
    for (int i = round % 50; i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private static void awaitRival(AtomicInteger round, int number) {
    while (round.get() != -number) {
      Thread.yield();
    }
  }
}
