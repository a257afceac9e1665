package org.xenoserver.ops.xenctl;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xenoserver.proto.v1.Host;

/**
 * Work that goes over hosts in order, on so many at once. After the first that is not done no
 * further one is begun; those under way end as they do.
 */
final class Rollout {
  /** What is done on each host, on a thread of its own. */
  @FunctionalInterface
  interface Work {
    HostResult on(Host host) throws InterruptedException;
  }

  private final Work work;
  private final Semaphore places;
  private final AtomicBoolean failed = new AtomicBoolean();

  /**
   * For one run.
   *
   * @param atOnce 1 or more
   */
  Rollout(int atOnce, Work work) {
    this.work = work;
    this.places = new Semaphore(atOnce);
  }

  /** Returns a result of each host, in their order, once none is under way any more. */
  List<HostResult> over(List<Host> hosts) throws InterruptedException {
    List<Future<HostResult>> begun = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Host host : hosts) {
        places.acquire();
        if (failed.get()) {
          break;
        }
        begun.add(threads.submit(() -> one(host)));
      }
    }
    List<HostResult> results = new ArrayList<>();
    for (Future<HostResult> result : begun) {
      results.add(value(result));
    }
    hosts.stream()
        .skip(begun.size())
        .map(host -> HostResult.notBegun(host.getName()))
        .forEach(results::add);
    return results;
  }

  private HostResult one(Host host) throws InterruptedException {
    boolean done = false;
    try {
      HostResult result = work.on(host);
      done = result.is(HostResult.Outcome.DONE);
      return result;
    } finally {
      if (!done) {
        failed.set(true);
      }
      places.release();
    }
  }

  private static HostResult value(Future<HostResult> result) throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("work on a host failed without a result", e.getCause());
    }
  }
}
