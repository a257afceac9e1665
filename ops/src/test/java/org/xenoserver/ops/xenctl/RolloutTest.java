package org.xenoserver.ops.xenctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.proto.v1.Host;

@Timeout(30)
final class RolloutTest {
  private static List<Host> hosts(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> Host.newBuilder().setName("h" + i).build())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void shouldWorkOnAsManyAtOnceAsAllowedAndNoMore(int atOnce) throws Exception {
    Semaphore begun = new Semaphore(0);
    Semaphore mayEnd = new Semaphore(0);
    Rollout rollout =
        new Rollout(
            atOnce,
            host -> {
              begun.release();
              mayEnd.acquire();
              return HostResult.done(host.getName());
            });
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<HostResult>> results = thread.submit(() -> rollout.over(hosts(10)));
      boolean asMany = begun.tryAcquire(atOnce, 10, TimeUnit.SECONDS);
      boolean more = begun.tryAcquire(200, TimeUnit.MILLISECONDS);
      mayEnd.release();
      boolean next = begun.tryAcquire(10, TimeUnit.SECONDS);
      boolean moreThanNext = begun.tryAcquire(200, TimeUnit.MILLISECONDS);
      mayEnd.release(9);
      assertThat(List.of(asMany, more, next, moreThanNext))
          .containsExactly(true, false, true, false);
      assertThat(results.get())
          .extracting(HostResult::host)
          .containsExactlyElementsOf(hosts(10).stream().map(Host::getName).toList());
    }
  }

  @Test
  void shouldBeginNoFurtherOneAfterAFailureAndLetThoseUnderWayEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CompletableFuture<Thread> first = new CompletableFuture<>();
    Rollout rollout =
        new Rollout(
            2,
            host -> {
              begun.countDown();
              begun.await();
              if (host.getName().equals("h1")) {
                first.complete(Thread.currentThread());
                return HostResult.failed("h1", "it burns");
              }
              first.join().join();
              return HostResult.done(host.getName());
            });
    assertThat(rollout.over(hosts(4)))
        .containsExactly(
            HostResult.failed("h1", "it burns"),
            HostResult.done("h2"),
            HostResult.notBegun("h3"),
            HostResult.notBegun("h4"));
  }

  @Test
  void shouldNotHideAFaultOfOurs() {
    Rollout rollout =
        new Rollout(
            1,
            host -> {
              throw new UnsupportedOperationException("not yet");
            });
    assertThatThrownBy(() -> rollout.over(hosts(2))).hasRootCauseMessage("not yet");
  }
}
