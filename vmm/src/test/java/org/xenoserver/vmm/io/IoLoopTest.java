package org.xenoserver.vmm.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.time.Clock;

final class IoLoopTest {
  private final Clock clock = Clock.system();
  private final IoLoop loop = new IoLoop(clock);

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void shouldRunATaskOnceHoweverOftenItIsWokenBefore() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    IoTask blocker =
        loop.task(() -> {
          busy.countDown();
          awaitLatch(release);
        });
    IoTask counted = loop.task(runs::incrementAndGet);
    CountDownLatch last = new CountDownLatch(1);
    blocker.wake();
    busy.await();
    for (int i = 0; i < 100; i++) {
      counted.wake();
    }
    loop.task(last::countDown).wake();
    release.countDown();
    last.await();
    assertThat(runs).hasValue(1);
  }

  @Test
  void shouldLetOthersInBetweenTheRunsOfATaskThatWakesItself() throws InterruptedException {
    CountDownLatch other = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    IoTask[] task = new IoTask[1];
    task[0] =
        loop.task(() -> {
          runs.incrementAndGet();
          if (other.getCount() > 0) {
            task[0].wake();
          }
        });
    task[0].wake();
    loop.task(other::countDown).wake();
    other.await();
    assertThat(runs.get()).isPositive();
  }

  @Test
  void shouldGoOnAfterATaskThatThrows() throws InterruptedException {
    CountDownLatch next = new CountDownLatch(1);
    loop.task(
            () -> {
              throw new IllegalStateException("thrown by the test");
            })
        .wake();
    loop.task(next::countDown).wake();
    next.await();
  }

  @Test
  void shouldRunOnlyTheLatestActionOfAnAlarmAndNotBeforeItsTime() {
    List<String> ran = new CopyOnWriteArrayList<>();
    Alarm alarm = loop.alarm();
    alarm.schedule(clock.monotonicNs() + 10_000_000_000L, () -> ran.add("replaced"));
    long atNs = clock.monotonicNs() + 20_000_000L;
    alarm.schedule(atNs, () -> ran.add(clock.monotonicNs() >= atNs ? "in time" : "early"));
    loop.alarm().schedule(Long.MAX_VALUE, () -> ran.add("never"));
    await().until(() -> !ran.isEmpty());
    assertThat(ran).containsExactly("in time");
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
