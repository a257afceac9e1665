package org.xenoserver.clustermanager.view;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;

/**
 * The rows at one moment and every change after it, in order. The queue is bounded: a reader that
 * falls further behind is told so instead of slowing others or missing a change. One reader.
 */
public final class Subscription<T> implements AutoCloseable {
  /** Changes kept for a reader that is busy. */
  static final int CAPACITY = 4_096;

  private final List<T> snapshot;
  private final BlockingQueue<T> changes = new ArrayBlockingQueue<>(CAPACITY);
  private final Subscribers<T> subscribers;
  private volatile boolean overflowed;

  Subscription(List<T> snapshot, Subscribers<T> subscribers) {
    this.snapshot = snapshot;
    this.subscribers = subscribers;
  }

  /** The rows when the subscription began. */
  public List<T> snapshot() {
    return snapshot;
  }

  /**
   * Waits for the next change.
   *
   * @throws RpcFailure SLOW_READER once the reader has missed a change
   */
  public T take() throws InterruptedException {
    if (overflowed && changes.isEmpty()) {
      throw RpcFailure.of(
          ErrorCode.SLOW_READER,
          "the watcher fell more than %d changes behind; watch again".formatted(CAPACITY));
    }
    return changes.take();
  }

  void offer(T change) {
    if (!overflowed && !changes.offer(change)) {
      overflowed = true;
    }
  }

  /** Ends it; no more changes arrive. */
  @Override
  public void close() {
    subscribers.remove(this);
  }
}
