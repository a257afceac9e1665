package org.xenoserver.clustermanager.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.xenoserver.clustermanager.view.ClusterView;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.Event;

/**
 * Sends events to one client from a revision on, in order and without a gap, never faster than the
 * client reads: what is still to be sent is read from the view when its turn comes. A client that
 * falls behind what is kept is told so.
 */
final class EventStream {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ClusterView view;
  private final ServerCallStreamObserver<Event> client;
  private final Semaphore ready = new Semaphore(0);
  private long next;

  private EventStream(ClusterView view, ServerCallStreamObserver<Event> client, long from) {
    this.view = view;
    this.client = client;
    this.next = from;
  }

  /** Serves a client from a virtual thread of its own. */
  static void serve(
      ClusterView view, ServerCallStreamObserver<Event> client, long from, boolean untilNow) {
    EventStream stream = new EventStream(view, client, from == 0 ? view.nextRevision() : from);
    Thread sender = Thread.ofVirtual().name("events").unstarted(() -> stream.run(untilNow));
    client.setOnReadyHandler(stream.ready::release);
    client.setOnCancelHandler(sender::interrupt);
    client.setOnCloseHandler(sender::interrupt);
    sender.start();
  }

  private void run(boolean untilNow) {
    try {
      long end = untilNow ? view.nextRevision() : Long.MAX_VALUE;
      while (next < end) {
        List<Event> events = view.awaitEvents(next, untilNow ? Duration.ZERO : PATIENCE);
        if (untilNow && events.isEmpty()) {
          break;
        }
        for (Event event : events) {
          while (!client.isReady()) {
            ready.acquire();
          }
          client.onNext(event);
          next = event.getRevision() + 1;
        }
      }
      client.onCompleted();
    } catch (RpcFailure e) {
      client.onError(e.toStatus());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
