package org.xenoserver.accounting.collect;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.accounting.ledger.Ledger;
import org.xenoserver.accounting.ledger.LedgerException;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;
import org.xenoserver.proto.v1.StreamUsageRequest;
import org.xenoserver.proto.v1.UsageRecord;
import org.xenoserver.proto.v1.UsageReport;

/**
 * The stream of usage from one host's agent, opened again with a bounded back-off when it breaks. A
 * report that cannot be written breaks it, since the agent then tells the last figures of its
 * destroyed domains once more.
 */
final class HostStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostStream.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(5);

  private final String host;
  private final Endpoint address;
  private final Duration interval;
  private final Ledger ledger;
  private final ScheduledExecutorService timer;
  private final ManagedChannel channel;

  /** Guards the call and what is known of it. */
  private final ReentrantLock callLock = new ReentrantLock();

  private @Nullable Reports current;
  private Duration retry = RETRY_FIRST;
  private boolean wanted = true;
  private volatile boolean up;

  HostStream(
      String host,
      Endpoint address,
      Duration interval,
      Ledger ledger,
      ScheduledExecutorService timer) {
    this.host = host;
    this.address = address;
    this.interval = interval;
    this.ledger = ledger;
    this.timer = timer;
    this.channel = Channels.open(address);
    open();
  }

  Endpoint address() {
    return address;
  }

  /** Whether reports are coming in. */
  boolean up() {
    return up;
  }

  /** Asks for one report now; completes, never exceptionally, once it is written or has failed. */
  CompletableFuture<@Nullable Void> collectNow(Duration atMost) {
    Reports reports = new Reports(/* streaming= */ false);
    HostAgentServiceGrpc.newStub(channel)
        .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS)
        .streamUsage(StreamUsageRequest.getDefaultInstance(), reports);
    return reports.over;
  }

  private void open() {
    callLock.lock();
    try {
      if (wanted) {
        Reports reports = new Reports(/* streaming= */ true);
        current = reports;
        HostAgentServiceGrpc.newStub(channel)
            .streamUsage(
                StreamUsageRequest.newBuilder().setIntervalMs((int) interval.toMillis()).build(),
                reports);
      }
    } finally {
      callLock.unlock();
    }
  }

  private void arrived() {
    callLock.lock();
    try {
      retry = RETRY_FIRST;
      up = true;
    } finally {
      callLock.unlock();
    }
  }

  private void broken(Reports reports) {
    callLock.lock();
    try {
      if (current != reports) {
        return;
      }
      up = false;
      if (wanted) {
        var _ = timer.schedule(this::open, retry.toMillis(), TimeUnit.MILLISECONDS);
        Duration doubled = retry.multipliedBy(2);
        retry = doubled.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : doubled;
      } else {
        channel.shutdown();
      }
    } finally {
      callLock.unlock();
    }
  }

  /** The host's lease is gone: takes what still comes, but opens no stream again. */
  void release() {
    callLock.lock();
    try {
      wanted = false;
      if (!up) {
        channel.shutdownNow();
      }
    } finally {
      callLock.unlock();
    }
  }

  /** Ends at once. */
  @Override
  public void close() {
    release();
    channel.shutdownNow();
  }

  private void write(UsageReport report) throws LedgerException {
    List<UsageRecord> own =
        report.getRecordsList().stream().filter(r -> r.getHost().equals(host)).toList();
    if (own.size() < report.getRecordsCount()) {
      log.warn("{} at {} reports usage of another host; that is left out", host, address);
    }
    ledger.record(own);
  }

  private final class Reports implements ClientResponseObserver<StreamUsageRequest, UsageReport> {
    private final boolean streaming;
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<StreamUsageRequest> call;

    Reports(boolean streaming) {
      this.streaming = streaming;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamUsageRequest> started) {
      call = started;
    }

    @Override
    public void onNext(UsageReport report) {
      try {
        write(report);
        arrived();
      } catch (LedgerException e) {
        log.error("usage of host {} is not recorded: {}", host, e.getMessage());
        if (call != null) {
          call.cancel("not recorded", e);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      log.debug("usage of host {}: {}", host, RpcFailure.sentence(failure));
      ended();
    }

    @Override
    public void onCompleted() {
      ended();
    }

    private void ended() {
      over.complete(null);
      if (streaming) {
        broken(this);
      }
    }
  }
}
