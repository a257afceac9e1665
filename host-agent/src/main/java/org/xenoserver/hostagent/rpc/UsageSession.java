package org.xenoserver.hostagent.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.hostagent.metering.UsageMeter;
import org.xenoserver.proto.v1.UsageReport;

/**
 * One collector of usage. A collector that has not read the report before is given none: counters
 * only grow, so the next says it all.
 */
final class UsageSession {
  private final BoundedStream<UsageReport> stream;
  private final UsageMeter.Reader reader;

  /** Guards the reader, so that reports leave in the order of their sequences. */
  private final ReentrantLock reportLock = new ReentrantLock();

  private volatile @Nullable ScheduledFuture<?> ticking;

  UsageSession(
      ServerCallStreamObserver<UsageReport> out, UsageMeter.Reader reader, Runnable ended) {
    this.reader = reader;
    this.stream = new BoundedStream<>(out, "usage", /* bound= */ 2, report -> 1, ended);
  }

  void start(ScheduledExecutorService timer, int intervalMs) {
    report();
    ticking = timer.scheduleAtFixedRate(this::tick, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    ScheduledFuture<?> ticks = ticking;
    if (stream.closed() && ticks != null) {
      ticks.cancel(false);
    } else if (stream.idle()) {
      report();
    }
  }

  private void report() {
    reportLock.lock();
    try {
      stream.begin(List.of(reader.report()));
    } finally {
      reportLock.unlock();
    }
  }

  /** Gives the last figures and ends. */
  void finish() {
    report();
    stream.complete();
  }
}
