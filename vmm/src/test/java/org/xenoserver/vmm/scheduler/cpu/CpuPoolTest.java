package org.xenoserver.vmm.scheduler.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

@Timeout(60)
class CpuPoolTest {
  private static final long MS = 1_000_000;

  private final List<CpuPool> pools = new ArrayList<>();

  @AfterEach
  void closePools() {
    pools.forEach(CpuPool::close);
  }

  @Test
  void shouldRunEveryVcpuOnOneProcessorAtATime() {
    CpuPool pool = pool(3);
    List<ScriptedVcpu> vcpus = List.of(burning(), burning(), burning(), burning(), burning());
    ScheduledDomain domain = admit(pool, vcpus);
    domain.resume();
    await().until(() -> vcpus.stream().allMatch(vcpu -> vcpu.runs.get() >= 5));
    domain.remove();
    assertThat(vcpus).allMatch(vcpu -> vcpu.mostAtOnce.get() == 1);
  }

  @Test
  void shouldStartOutPausedAndHoldAVcpuThatIsWokenMeanwhile() {
    CpuPool pool = pool(1);
    ScriptedVcpu vcpu = waiting();
    ScheduledDomain domain = admit(pool, List.of(vcpu));
    vcpu.interrupt();
    ScriptedVcpu witness = waiting();
    ScheduledDomain other = admit(pool, List.of(witness));
    other.resume();
    witness.interrupt();
    await().until(() -> witness.interruptsSeen.get() == 1);
    assertThat(vcpu.runs).hasValue(0);
    domain.resume();
    await().until(() -> vcpu.interruptsSeen.get() == 1);
  }

  @Test
  void shouldReturnFromPauseWhenNoneRunsAndGoOnAfterResume() {
    CpuPool pool = pool(2);
    List<ScriptedVcpu> vcpus = List.of(burning(), burning(), burning());
    ScheduledDomain domain = admit(pool, vcpus);
    for (int i = 0; i < 50; i++) {
      domain.resume();
      int before = runs(vcpus);
      await().pollInterval(Duration.ofMillis(1)).until(() -> runs(vcpus) > before);
      domain.pause();
      int atPause = runs(vcpus);
      assertThat(vcpus).allMatch(vcpu -> vcpu.inside.get() == 0);
      assertThat(runs(vcpus)).isEqualTo(atPause);
    }
  }

  @Test
  void shouldNotStealFromAPausedDomain() {
    CpuPool pool = pool(2);
    List<ScriptedVcpu> paused = List.of(burning(), burning(), burning(), burning());
    ScheduledDomain domain = admit(pool, paused);
    domain.resume();
    await().until(() -> paused.stream().allMatch(vcpu -> vcpu.runs.get() > 0));
    domain.pause();
    int runs = runs(paused);
    ScriptedVcpu witness = burning();
    ScheduledDomain other = admit(pool, List.of(witness));
    other.resume();
    await().until(() -> witness.runs.get() > 3);
    assertThat(runs(paused)).isEqualTo(runs);
  }

  @Test
  void shouldLetAnIdleProcessorTakeWorkFromAnother() {
    CpuPool pool = pool(2);
    List<ScriptedVcpu> vcpus = List.of(burning(), waiting(), burning());
    ScheduledDomain domain = admit(pool, vcpus);
    domain.resume();
    await().until(() -> vcpus.get(0).runs.get() > 0 && vcpus.get(2).runs.get() > 0);
    CpuUsage before = domain.usage();
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > 300 * MS);
    CpuUsage after = domain.usage();
    assertThat(after.waitNs() - before.waitNs())
        .as("both have a processor, though both were placed on the first")
        .isLessThan(50 * MS);
    assertThat(after.cpuNs() - before.cpuNs()).isGreaterThan(500 * MS);
  }

  @Test
  void shouldLoseNoWakeUpBetweenTwoVcpusThatWakeEachOther() {
    CpuPool pool = pool(2);
    ScriptedVcpu left = waiting();
    ScriptedVcpu right = waiting();
    left.onInterrupt = right::interrupt;
    right.onInterrupt = left::interrupt;
    ScheduledDomain domain = admit(pool, List.of(left, right));
    domain.resume();
    left.interrupt();
    await().until(() -> left.interruptsSeen.get() > 20_000);
  }

  @Test
  void shouldWakeAVcpuAtItsTimerAndStayAsleepUntilThen() {
    CpuPool pool = pool(2);
    ScriptedVcpu vcpu = waiting();
    ScriptedVcpu later = waiting();
    long start = System.nanoTime();
    vcpu.timerNs = start + 60 * MS;
    later.timerNs = start + 120 * MS;
    ScheduledDomain domain = admit(pool, List.of(later, vcpu));
    domain.resume();
    await().until(() -> vcpu.timersSeen.get() == 1 && later.timersSeen.get() == 1);
    assertThat(vcpu.timerSeenAtNs - start).isBetween(60 * MS, 110 * MS);
    assertThat(later.timerSeenAtNs - start).isBetween(120 * MS, 170 * MS);
    assertThat(domain.usage().slices()).isEqualTo(2);
  }

  @Test
  void shouldServeTimersWhileEveryProcessorIsBusy() {
    CpuPool pool = pool(1);
    ScriptedVcpu busy = burning();
    ScriptedVcpu vcpu = waiting();
    ScheduledDomain domain = admit(pool, List.of(busy, vcpu));
    domain.resume();
    await().until(() -> busy.runs.get() > 0);
    vcpu.timerNs = System.nanoTime() + 2 * MS;
    vcpu.wake.run();
    await().until(() -> vcpu.timersSeen.get() == 1);
    assertThat(vcpu.timerSeenAtNs - vcpu.timerWasNs)
        .as("one context switch allowance, and the noise of a shared machine")
        .isLessThan(40 * MS);
  }

  @Test
  void shouldNotStartAStoppedVcpuForItsTimer() {
    CpuPool pool = pool(1);
    ScriptedVcpu stopped = waiting();
    stopped.whenDone = VcpuExit.STOPPED;
    ScheduledDomain domain = admit(pool, List.of(stopped));
    domain.resume();
    stopped.interrupt();
    await().until(() -> stopped.interruptsSeen.get() == 1 && stopped.inside.get() == 0);
    stopped.timerNs = System.nanoTime();
    stopped.wake.run();
    stopped.interrupt();
    await().until(() -> stopped.interruptsSeen.get() == 2);
    assertThat(domain.usage().slices()).isEqualTo(2);
  }

  @Test
  void shouldAccountForEveryNanosecondOfARunnableVcpu() {
    CpuPool pool = pool(1);
    ScheduledDomain light = admit(pool, List.of(burning()));
    ScheduledDomain heavy =
        pool.admit(List.of(burning()), new SchedulingSpec(5, 0, 0, 0), failure -> {});
    long start = System.nanoTime();
    light.resume();
    heavy.resume();
    await().until(() -> System.nanoTime() - start > 1500 * MS);
    light.pause();
    heavy.pause();
    long elapsedNs = System.nanoTime() - start;
    CpuUsage lightUsage = light.usage();
    CpuUsage heavyUsage = heavy.usage();
    assertThat(lightUsage.cpuNs() + lightUsage.waitNs())
        .isCloseTo(elapsedNs, within(elapsedNs / 20));
    assertThat(lightUsage.cpuNs() + heavyUsage.cpuNs())
        .isCloseTo(elapsedNs, within(elapsedNs / 20));
    assertThat((double) heavyUsage.cpuNs() / lightUsage.cpuNs()).isCloseTo(2.0, within(0.25));
    assertThat(light.usage()).as("a paused domain uses nothing").isEqualTo(lightUsage);
  }

  @Test
  void shouldReportAnEngineThatFailsAndKeepTheProcessor() {
    CpuPool pool = pool(1);
    ScriptedVcpu failing = waiting();
    failing.onInterrupt =
        () -> {
          throw new IllegalStateException("broken");
        };
    AtomicReference<Throwable> failure = new AtomicReference<>();
    ScheduledDomain domain = pool.admit(List.of(failing), SchedulingSpec.DEFAULT, failure::set);
    domain.resume();
    failing.interrupt();
    await().until(() -> failure.get() != null);
    assertThat(failure.get()).hasMessage("broken");
    ScriptedVcpu other = waiting();
    ScheduledDomain healthy = admit(pool, List.of(other));
    healthy.resume();
    other.interrupt();
    await().until(() -> other.interruptsSeen.get() == 1);
    failing.interrupt();
    domain.remove();
    assertThat(failing.runs).hasValue(1);
  }

  @Test
  void shouldRefuseToWaitForItselfOnAProcessor() {
    CpuPool pool = pool(1);
    ScriptedVcpu vcpu = waiting();
    ScheduledDomain domain = admit(pool, List.of(vcpu));
    AtomicReference<Throwable> refusal = new AtomicReference<>();
    vcpu.onInterrupt =
        () -> {
          try {
            domain.pause();
          } catch (IllegalStateException e) {
            refusal.set(e);
          }
        };
    domain.resume();
    vcpu.interrupt();
    await().until(() -> refusal.get() != null);
    assertThat(refusal.get()).hasMessageContaining("cannot wait for its own vCPU");
  }

  @Test
  void shouldRunNothingBeforeThePermitIsProvenAndStartByItselfThen() {
    RunPermit permit = RunPermit.untilProven(Clock.system());
    CpuPool pool = pool(2, permit);
    ScriptedVcpu burning = burning();
    ScriptedVcpu timed = waiting();
    timed.timerNs = System.nanoTime() + 5 * MS;
    admit(pool, List.of(burning, timed)).resume();
    await().during(Duration.ofMillis(50)).until(() -> runs(List.of(burning, timed)) == 0);
    permit.extendTo(Long.MAX_VALUE);
    await().until(() -> burning.runs.get() > 0 && timed.timersSeen.get() == 1);
  }

  @Test
  void shouldEndASliceWithThePermitAndGoOnWithTheNext() {
    RunPermit permit = RunPermit.untilProven(Clock.system());
    CpuPool pool = pool(1, permit);
    ScriptedVcpu vcpu = burning();
    ScheduledDomain domain = admit(pool, List.of(vcpu));
    domain.resume();
    for (int i = 0; i < 5; i++) {
      int before = vcpu.runs.get();
      permit.extendTo(System.nanoTime() + 20 * MS);
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> vcpu.runs.get() > before && vcpu.inside.get() == 0 && !permit.holds());
      assertThat(vcpu.lastLeftNs).isGreaterThanOrEqualTo(permit.deadlineNs());
      assertThat(vcpu.lastDeadlineNs).isEqualTo(permit.deadlineNs());
    }
    int runs = vcpu.runs.get();
    domain.pause();
    domain.resume();
    vcpu.wake.run();
    await().during(Duration.ofMillis(30)).until(() -> vcpu.runs.get() == runs);
  }

  @Test
  void shouldTakeTheProcessorsBackWhenThePermitIsRevoked() {
    RunPermit permit = RunPermit.unlimited();
    CpuPool pool = pool(2, permit);
    List<ScriptedVcpu> vcpus = List.of(burning(), burning(), burning());
    ScheduledDomain domain = admit(pool, vcpus);
    domain.resume();
    await().until(() -> vcpus.stream().allMatch(vcpu -> vcpu.runs.get() > 0));
    permit.revoke();
    await().until(() -> vcpus.stream().allMatch(vcpu -> vcpu.inside.get() == 0));
    int runs = runs(vcpus);
    await().during(Duration.ofMillis(30)).until(() -> runs(vcpus) == runs);
    domain.remove();
  }

  @Test
  void shouldEndItsThreadsOnClose() {
    CpuPool pool = pool(2);
    admit(pool, List.of(burning(), burning(), burning())).resume();
    pool.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("xeno-cpu-"));
  }

  @Test
  void shouldRefuseAPoolWithoutProcessors() {
    assertThatThrownBy(() -> pool(0)).hasMessage("a pool has at least 1 processor, not 0");
  }

  private CpuPool pool(int processors) {
    return pool(processors, RunPermit.unlimited());
  }

  private CpuPool pool(int processors, RunPermit permit) {
    CpuPool pool = new CpuPool(processors, BorrowedVirtualTime::new, Clock.system(), permit);
    pools.add(pool);
    return pool;
  }

  private static ScheduledDomain admit(CpuPool pool, List<ScriptedVcpu> vcpus) {
    return pool.admit(vcpus, SchedulingSpec.DEFAULT, failure -> {});
  }

  private static int runs(List<ScriptedVcpu> vcpus) {
    return vcpus.stream().mapToInt(vcpu -> vcpu.runs.get()).sum();
  }

  private static ScriptedVcpu burning() {
    ScriptedVcpu vcpu = new ScriptedVcpu();
    vcpu.burns = true;
    return vcpu;
  }

  private static ScriptedVcpu waiting() {
    return new ScriptedVcpu();
  }

  /** Burns its slices, or waits for interrupts and one timer and does what a test says on each. */
  private static final class ScriptedVcpu implements VcpuEngine {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final AtomicInteger interrupts = new AtomicInteger();
    final AtomicInteger interruptsSeen = new AtomicInteger();
    final AtomicInteger timersSeen = new AtomicInteger();
    volatile boolean burns;
    volatile boolean preempted;
    volatile long timerNs = Long.MAX_VALUE;
    volatile long timerWasNs;
    volatile long timerSeenAtNs;
    volatile long lastDeadlineNs;
    volatile long lastLeftNs;
    volatile VcpuExit whenDone = VcpuExit.WAITING;
    volatile Runnable onInterrupt = () -> {};
    volatile Runnable wake = () -> {};

    void interrupt() {
      interrupts.incrementAndGet();
      wake.run();
    }

    @Override
    public VcpuExit run(long deadlineNs) {
      mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
      runs.incrementAndGet();
      lastDeadlineNs = deadlineNs;
      try {
        while (!preempted && System.nanoTime() < deadlineNs) {
          long nowNs = System.nanoTime();
          if (timerNs <= nowNs) {
            timerWasNs = timerNs;
            timerSeenAtNs = nowNs;
            timerNs = Long.MAX_VALUE;
            timersSeen.incrementAndGet();
          } else if (interruptsSeen.get() < interrupts.get()) {
            interruptsSeen.incrementAndGet();
            onInterrupt.run();
          } else if (!burns) {
            return whenDone;
          }
          Thread.onSpinWait();
        }
        preempted = false;
        return VcpuExit.PREEMPTED;
      } finally {
        lastLeftNs = System.nanoTime();
        inside.decrementAndGet();
      }
    }

    @Override
    public void preempt() {
      preempted = true;
    }

    @Override
    public boolean isRunnable() {
      return burns || interruptsSeen.get() < interrupts.get();
    }

    @Override
    public long timerDeadlineNs() {
      return timerNs;
    }

    @Override
    public void onWake(Runnable callback) {
      wake = callback;
    }

    @Override
    public long retiredInstructions() {
      return runs.get();
    }
  }
}
