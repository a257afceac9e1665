package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import org.xenoserver.clustermanager.view.Subscription;
import org.xenoserver.proto.error.RpcFailure;

/**
 * Sends a subscription to one client: the snapshot, its end, then every change, never faster than
 * the client reads. What the client is behind waits in the subscription's bounded queue.
 *
 * @param <R> a row
 * @param <E> an event of the stream
 */
final class WatchStream<R, E> {
  private final Subscription<R> subscription;
  private final ServerCallStreamObserver<E> client;
  private final Shape<R, E> shape;
  private final Semaphore ready = new Semaphore(0);

  /**
   * How rows become events.
   *
   * @param wanted which rows the client asked for
   * @param snapshot the event of a row of the snapshot
   * @param snapshotEnd the event that ends it
   * @param change the event of a changed row
   * @param last whether nothing can follow a row's change
   */
  record Shape<R, E>(
      Predicate<R> wanted,
      Function<R, E> snapshot,
      E snapshotEnd,
      Function<R, E> change,
      Predicate<R> last) {}

  private WatchStream(
      Subscription<R> subscription, ServerCallStreamObserver<E> client, Shape<R, E> shape) {
    this.subscription = subscription;
    this.client = client;
    this.shape = shape;
  }

  /** Serves a client from a virtual thread of its own; takes the subscription over. */
  static <R, E> void serve(
      Subscription<R> subscription, ServerCallStreamObserver<E> client, Shape<R, E> shape) {
    WatchStream<R, E> stream = new WatchStream<>(subscription, client, shape);
    Thread sender = Thread.ofVirtual().name("watch").unstarted(stream::run);
    client.setOnReadyHandler(stream.ready::release);
    client.setOnCancelHandler(sender::interrupt);
    client.setOnCloseHandler(sender::interrupt);
    sender.start();
  }

  private void run() {
    try (subscription) {
      for (R row : subscription.snapshot()) {
        if (shape.wanted().test(row)) {
          send(shape.snapshot().apply(row));
        }
      }
      send(shape.snapshotEnd());
      boolean ended = false;
      while (!ended) {
        R row = subscription.take();
        if (shape.wanted().test(row)) {
          send(shape.change().apply(row));
          ended = shape.last().test(row);
        }
      }
      client.onCompleted();
    } catch (RpcFailure e) {
      client.onError(e.toStatus());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(E event) throws InterruptedException {
    while (!client.isReady()) {
      ready.acquire();
    }
    client.onNext(event);
  }
}
