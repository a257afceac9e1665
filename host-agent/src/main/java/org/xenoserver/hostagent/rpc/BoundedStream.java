package org.xenoserver.hostagent.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/**
 * Messages to one client, sent as fast as it reads. What it has not read yet waits here up to a
 * bound; beyond that the stream is ended, since it would only fall further behind. Safe from any
 * thread; {@link #offer} never blocks on the client.
 */
final class BoundedStream<T> {
  private final ServerCallStreamObserver<T> out;
  private final String what;
  private final long bound;
  private final ToLongFunction<T> weight;

  /** Guards the queue and serializes what is sent. */
  private final ReentrantLock sendLock = new ReentrantLock();

  private final ArrayDeque<T> queue = new ArrayDeque<>();
  private long queued;
  private boolean completing;
  private boolean closed;
  private @Nullable Runnable ended;

  /**
   * Takes over the sending side of a call. Must be made before the handler returns.
   *
   * @param what the stream's contents, for errors
   * @param bound how much may wait, in the unit of the weight
   * @param ended called once when the call is over, however it ended
   */
  BoundedStream(
      ServerCallStreamObserver<T> out,
      String what,
      long bound,
      ToLongFunction<T> weight,
      Runnable ended) {
    this.out = out;
    this.what = what;
    this.bound = bound;
    this.weight = weight;
    this.ended = ended;
    out.setOnReadyHandler(this::drain);
    out.setOnCancelHandler(this::cancelled);
    out.setOnCloseHandler(this::cancelled);
  }

  /** Sends a message when the client is ready for it. */
  void offer(T message) {
    sendLock.lock();
    try {
      if (closed || completing) {
        return;
      }
      queued += weight.applyAsLong(message);
      queue.addLast(message);
      send();
      if (queued > bound && !closed) {
        end(
            RpcFailure.of(
                ErrorCode.SLOW_READER,
                what + " was not read fast enough: more than " + bound + " would have to wait"));
      }
    } finally {
      sendLock.unlock();
    }
  }

  /** Sends messages regardless of the bound, which then holds for what comes after them. */
  void begin(Iterable<T> messages) {
    sendLock.lock();
    try {
      messages.forEach(queue::addLast);
      send();
    } finally {
      sendLock.unlock();
    }
  }

  /** Whether the client has read all that was sent and would take more at once. */
  boolean idle() {
    sendLock.lock();
    try {
      return !closed && !completing && queue.isEmpty() && out.isReady();
    } finally {
      sendLock.unlock();
    }
  }

  /** Whether nothing more will be sent. */
  boolean closed() {
    sendLock.lock();
    try {
      return closed;
    } finally {
      sendLock.unlock();
    }
  }

  /** Ends the stream well once all that waits was sent. */
  void complete() {
    sendLock.lock();
    try {
      completing = true;
      send();
    } finally {
      sendLock.unlock();
    }
  }

  /** Ends the stream now. */
  void fail(RpcFailure failure) {
    sendLock.lock();
    try {
      if (!closed) {
        end(failure);
      }
    } finally {
      sendLock.unlock();
    }
  }

  private void drain() {
    sendLock.lock();
    try {
      send();
    } finally {
      sendLock.unlock();
    }
  }

  private void send() {
    while (!closed && out.isReady() && !queue.isEmpty()) {
      T message = queue.removeFirst();
      queued = Math.max(0, queued - weight.applyAsLong(message));
      out.onNext(message);
    }
    if (completing && !closed && queue.isEmpty()) {
      closed = true;
      out.onCompleted();
      finished();
    }
  }

  private void end(RpcFailure failure) {
    closed = true;
    queue.clear();
    out.onError(failure.toStatus());
    finished();
  }

  private void cancelled() {
    sendLock.lock();
    try {
      closed = true;
      queue.clear();
      finished();
    } finally {
      sendLock.unlock();
    }
  }

  private void finished() {
    Runnable told = ended;
    ended = null;
    if (told != null) {
      // On a thread of its own, since a lock of ours may be held here.
      Thread.startVirtualThread(told);
    }
  }
}
