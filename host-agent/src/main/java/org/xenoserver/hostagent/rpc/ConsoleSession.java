package org.xenoserver.hostagent.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;

/**
 * One client at one console. The next input is asked for once the guest has taken the one before;
 * output waits for the client up to {@link #OUTPUT_BOUND} bytes. The stream completes when the
 * domain is gone; that the client has no more input ends nothing.
 */
final class ConsoleSession implements StreamObserver<ConsoleInput> {
  /** Bytes of output that may wait for a client. */
  static final int OUTPUT_BOUND = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(ConsoleSession.class);
  private static final long RETRY_FIRST_MS = 2;
  private static final long RETRY_LONGEST_MS = 100;

  private final HostDomains domains;
  private final ScheduledExecutorService timer;
  private final ServerCallStreamObserver<ConsoleOutput> out;
  private final BoundedStream<ConsoleOutput> stream;

  /** Guards the attachments, which may end before they are known here. */
  private final ReentrantLock attachLock = new ReentrantLock();

  private @Nullable HostDomain domain;
  private @Nullable AutoCloseable output;
  private @Nullable AutoCloseable changes;
  private boolean over;

  ConsoleSession(
      HostDomains domains,
      ScheduledExecutorService timer,
      ServerCallStreamObserver<ConsoleOutput> out,
      Runnable ended) {
    this.domains = domains;
    this.timer = timer;
    this.out = out;
    this.stream =
        new BoundedStream<>(
            out,
            "the console",
            OUTPUT_BOUND,
            chunk -> chunk.getData().size(),
            () -> {
              detach();
              ended.run();
            });
    out.disableAutoInboundFlowControl();
    out.request(1);
  }

  @Override
  public void onNext(ConsoleInput input) {
    HostDomain at = domain;
    if (at == null) {
      if (input.getDomain().isEmpty()) {
        stream.fail(RpcFailure.invalid("domain", "the first message must name the domain"));
        return;
      }
      try {
        at = domains.find(input.getDomain());
      } catch (RpcFailure failure) {
        stream.fail(failure);
        return;
      }
      domain = at;
      attach(at, input.getReplay());
    }
    type(at, input.getData(), 0, RETRY_FIRST_MS);
  }

  private void attach(HostDomain at, boolean replay) {
    attachLock.lock();
    try {
      if (!over) {
        output =
            at.console()
                .attach(
                    replay,
                    bytes ->
                        stream.offer(
                            ConsoleOutput.newBuilder()
                                .setData(UnsafeByteOperations.unsafeWrap(bytes))
                                .build()));
        changes = at.onChange(() -> completeIfEnded(at));
      }
    } finally {
      attachLock.unlock();
    }
    completeIfEnded(at);
  }

  private void completeIfEnded(HostDomain at) {
    if (at.ended()) {
      stream.complete();
    }
  }

  /** Types on from an offset; what the guest does not take is tried again a little later. */
  private void type(HostDomain at, ByteString data, int offset, long retryMs) {
    byte[] bytes = data.toByteArray();
    int typed = offset;
    while (typed < bytes.length) {
      int taken = at.console().write(bytes, typed, bytes.length - typed);
      if (taken == 0) {
        break;
      }
      typed += taken;
    }
    if (typed == bytes.length) {
      out.request(1);
    } else if (!isOver()) {
      int rest = typed;
      long next = typed > offset ? RETRY_FIRST_MS : Math.min(RETRY_LONGEST_MS, retryMs * 2);
      var _ = timer.schedule(() -> type(at, data, rest, next), retryMs, TimeUnit.MILLISECONDS);
    }
  }

  private boolean isOver() {
    attachLock.lock();
    try {
      return over;
    } finally {
      attachLock.unlock();
    }
  }

  @Override
  public void onError(Throwable failure) {
    detach();
  }

  @Override
  public void onCompleted() {
    log.debug("console input ends; output goes on");
  }

  /** Ends the session well. */
  void finish() {
    stream.complete();
  }

  private void detach() {
    attachLock.lock();
    try {
      over = true;
      close(output);
      close(changes);
      output = null;
      changes = null;
    } finally {
      attachLock.unlock();
    }
  }

  private static void close(@Nullable AutoCloseable attachment) {
    try {
      if (attachment != null) {
        attachment.close();
      }
    } catch (Exception e) {
      log.warn("console was not detached", e);
    }
  }
}
