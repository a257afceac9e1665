package org.xenoserver.vmm.scheduler.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.scheduler.cpu.CpuScheduler.Outcome;

class BorrowedVirtualTimeTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1000 * MS;
  private static final long HOUR = 3600 * SECOND;

  private final BorrowedVirtualTime<String> scheduler = new BorrowedVirtualTime<>(2);
  private final Map<String, Long> ranNs = new HashMap<>();
  private final Map<String, Long> longestStretchNs = new HashMap<>();
  private String last = "";
  private long stretchNs;
  private long nowNs = -5 * HOUR;

  @Test
  void shouldShareInProportionToTheWeightsOverHours() {
    for (int weight = 1; weight <= 8; weight++) {
      admit("d" + weight, new SchedulingSpec(840 / weight, 0, 0, 0));
    }
    runFor(3 * HOUR);
    for (int weight = 1; weight <= 8; weight++) {
      double share = (double) ran("d" + weight) / (3 * HOUR);
      assertThat(share).as("weight %d of 36", weight).isCloseTo(weight / 36.0, within(0.001));
    }
  }

  @Test
  void shouldRunForTenAllowancesWhenAlone() {
    admit("alone", SchedulingSpec.DEFAULT);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("alone");
    assertThat(scheduler.sliceNs(0)).isEqualTo(50 * MS);
  }

  @Test
  void shouldRunUntilTheNextIsOvertakenAndOneAllowanceMore() {
    admit("ahead", SchedulingSpec.DEFAULT);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("ahead");
    admit("behind", SchedulingSpec.DEFAULT);
    scheduler.charge("ahead", 20 * MS, Outcome.RUNNABLE, nowNs += 20 * MS);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("behind");
    assertThat(scheduler.sliceNs(0)).isEqualTo(20 * MS + 5 * MS);
  }

  @Test
  void shouldChargeWholeChargingUnits() {
    admit("short", SchedulingSpec.DEFAULT);
    admit("exact", SchedulingSpec.DEFAULT);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("short");
    scheduler.charge("short", 1, Outcome.RUNNABLE, nowNs);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("exact");
    scheduler.charge("exact", BorrowedVirtualTime.MCU_NS, Outcome.RUNNABLE, nowNs);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("short");
    assertThat(scheduler.sliceNs(0)).isEqualTo(5 * MS);
  }

  @Test
  void shouldNotLetASleeperSaveUpTime() {
    admit("busy", SchedulingSpec.DEFAULT);
    scheduler.admit("sleeper", SchedulingSpec.DEFAULT, 0);
    runFor(HOUR);
    ranNs.clear();
    longestStretchNs.clear();
    scheduler.enqueue("sleeper", 0, nowNs);
    runFor(10 * SECOND);
    assertThat(ran("sleeper")).isCloseTo(5 * SECOND, within(60 * MS));
    assertThat(longestStretchNs.get("sleeper")).isLessThanOrEqualTo(60 * MS);
  }

  @Test
  void shouldShortenTheSliceOfWhoeverRunsWhenAnotherWakes() {
    admit("busy", SchedulingSpec.DEFAULT);
    scheduler.admit("woken", SchedulingSpec.DEFAULT, 0);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("busy");
    assertThat(scheduler.sliceNs(0)).isEqualTo(50 * MS);
    scheduler.enqueue("woken", 0, nowNs + MS);
    assertThat(scheduler.sliceNs(0)).isEqualTo(5 * MS);
  }

  @Test
  void shouldLetAWarpedVcpuRunFirstWithoutChangingItsShare() {
    admit("busy", SchedulingSpec.DEFAULT);
    runFor(SECOND);
    admit("warped", new SchedulingSpec(10, 200_000, 0, 0));
    ranNs.clear();
    longestStretchNs.clear();
    runFor(2 * SECOND);
    assertThat(longestStretchNs.get("warped")).isBetween(200 * MS, 300 * MS);
    runFor(HOUR);
    assertThat((double) ran("warped") / ran("busy")).isCloseTo(1.0, within(0.001));
  }

  @Test
  void shouldEndAWarpAtItsLimitAndKeepItUnwarpedAsLongAsAsked() {
    admit("busy", SchedulingSpec.DEFAULT);
    runFor(SECOND);
    admit("warped", new SchedulingSpec(10, 10_000_000, 20_000, 1_000_000));
    longestStretchNs.clear();
    ranNs.clear();
    runFor(900 * MS);
    assertThat(longestStretchNs.get("warped")).isBetween(20 * MS, 30 * MS);
    assertThat(ran("warped")).isCloseTo(450 * MS, within(40 * MS));
    runFor(600 * MS);
    assertThat(longestStretchNs.get("warped"))
        .as("a second warp begins when the first has been over for a second")
        .isBetween(25 * MS, 40 * MS);
  }

  @Test
  void shouldLetOthersGoFirstWhenOneYields() {
    admit("spins", SchedulingSpec.DEFAULT);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("spins");
    admit("holdsTheLock", new SchedulingSpec(1000, 0, 0, 0));
    scheduler.charge("spins", 1, Outcome.YIELDED, nowNs);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("holdsTheLock");
    scheduler.charge("holdsTheLock", 5 * MS, Outcome.RUNNABLE, nowNs += 5 * MS);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("spins");
  }

  @Test
  void shouldStealFromTheLongestQueueOnly() {
    assertThat(scheduler.steal(1, nowNs)).isFalse();
    admit("a", SchedulingSpec.DEFAULT);
    admit("b", SchedulingSpec.DEFAULT);
    assertThat(scheduler.steal(0, nowNs)).as("its own queue is the longest").isFalse();
    assertThat(scheduler.steal(1, nowNs)).isTrue();
    assertThat(scheduler.queued(0)).isEqualTo(1);
    assertThat(scheduler.next(1, nowNs)).isEqualTo("a");
  }

  @Test
  void shouldKeepADebtWhenMovingToAnotherQueue() {
    admit("debtor", SchedulingSpec.DEFAULT);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("debtor");
    admit("other", SchedulingSpec.DEFAULT);
    scheduler.charge("debtor", 50 * MS, Outcome.RUNNABLE, nowNs += 50 * MS);
    assertThat(scheduler.next(0, nowNs)).isEqualTo("other");
    scheduler.admit("local", SchedulingSpec.DEFAULT, 1);
    scheduler.enqueue("local", 1, nowNs);
    assertThat(scheduler.next(1, nowNs)).isEqualTo("local");
    assertThat(scheduler.steal(1, nowNs)).isTrue();
    assertThat(scheduler.sliceNs(1)).isEqualTo(50 * MS + 5 * MS);
  }

  @Test
  void shouldLoseNobodyWhateverHappens() {
    long seed = System.nanoTime();
    System.out.println("BorrowedVirtualTimeTest seed " + seed);
    Random random = new Random(seed);
    Set<String> off = new HashSet<>();
    Set<String> queued = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      String name = "v" + i;
      scheduler.admit(
          name,
          new SchedulingSpec(1 + random.nextInt(50), random.nextInt(3) * 5000L, 9000, 7000),
          i % 2);
      off.add(name);
    }
    for (int step = 0; step < 20_000; step++) {
      nowNs += random.nextInt(3_000_000);
      int processor = random.nextInt(2);
      if (random.nextInt(3) == 0 && !off.isEmpty()) {
        String woken = any(off, random);
        scheduler.enqueue(woken, processor, nowNs);
        off.remove(woken);
        queued.add(woken);
      } else if (random.nextInt(8) == 0 && !queued.isEmpty()) {
        String paused = any(queued, random);
        scheduler.withdraw(paused);
        queued.remove(paused);
        off.add(paused);
      } else {
        runOnce(processor, random, queued, off);
      }
      assertThat(scheduler.queued(0) + scheduler.queued(1)).isEqualTo(queued.size());
    }
  }

  private void runOnce(int processor, Random random, Set<String> queued, Set<String> off) {
    String vcpu = scheduler.next(processor, nowNs);
    if (vcpu == null) {
      assertThat(scheduler.steal(processor, nowNs)).isEqualTo(!queued.isEmpty());
      return;
    }
    assertThat(queued).contains(vcpu);
    assertThat(scheduler.sliceNs(processor)).isPositive();
    Outcome outcome = Outcome.values()[random.nextInt(3)];
    long ran = random.nextInt(5_000_000);
    nowNs += ran;
    scheduler.charge(vcpu, ran, outcome, nowNs);
    if (outcome == Outcome.BLOCKED) {
      queued.remove(vcpu);
      off.add(vcpu);
    }
  }

  private static String any(Set<String> names, Random random) {
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(null);
    return sorted.get(random.nextInt(sorted.size()));
  }

  private long ran(String vcpu) {
    return ranNs.getOrDefault(vcpu, 0L);
  }

  private void admit(String vcpu, SchedulingSpec parameters) {
    scheduler.admit(vcpu, parameters, 0);
    scheduler.enqueue(vcpu, 0, nowNs);
  }

  private void runFor(long durationNs) {
    long endNs = nowNs + durationNs;
    while (nowNs < endNs) {
      String vcpu = Objects.requireNonNull(scheduler.next(0, nowNs));
      long sliceNs = Math.min(scheduler.sliceNs(0), endNs - nowNs);
      nowNs += sliceNs;
      stretchNs = vcpu.equals(last) ? stretchNs + sliceNs : sliceNs;
      last = vcpu;
      longestStretchNs.merge(vcpu, stretchNs, Math::max);
      ranNs.merge(vcpu, sliceNs, Long::sum);
      scheduler.charge(vcpu, sliceNs, Outcome.RUNNABLE, nowNs);
    }
  }
}
