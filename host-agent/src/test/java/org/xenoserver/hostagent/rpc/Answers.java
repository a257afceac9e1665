package org.xenoserver.hostagent.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.error.RpcFailure;

/** The client's side of a stream; reads on by itself, or only when asked. */
final class Answers<I, O> implements ClientResponseObserver<I, O> {
  private static final long PATIENCE_SECONDS = 10;

  private final boolean reads;
  private final BlockingQueue<O> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private @Nullable ClientCallStreamObserver<I> call;

  Answers(boolean reads) {
    this.reads = reads;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<I> started) {
    call = started;
    if (!reads) {
      started.disableAutoRequestWithInitial(1);
    }
  }

  @Override
  public void onNext(O message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(failure);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }

  O next() throws InterruptedException {
    O message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(message).as("next message").isNotNull();
    return message;
  }

  /** A message that has arrived, if there is one. */
  @Nullable O poll() {
    return messages.poll();
  }

  /** Asks for all the rest. */
  void readOn() {
    if (call != null) {
      call.request(Integer.MAX_VALUE);
    }
  }

  void cancel() {
    if (call != null) {
      call.cancel("test is over", null);
    }
  }

  /** Waits until the stream has ended well. */
  void completed() throws Exception {
    assertThat(end()).isNull();
  }

  /** Waits until the stream has failed. */
  RpcFailure failure() throws Exception {
    return RpcFailure.from(Objects.requireNonNull(end(), "the stream ended well"));
  }

  private @Nullable Throwable end() throws Exception {
    try {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the stream did not end", e);
    }
  }
}
