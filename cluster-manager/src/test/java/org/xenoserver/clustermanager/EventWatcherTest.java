package org.xenoserver.clustermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.WatchEventsRequest;

final class EventWatcherTest {
  private static final int CUTS = 100;
  private static final int CLIENTS = 4;
  private static final int MOST_EVENTS_BETWEEN_CUTS = 20;
  private static final long WATCH_S = 30;

  @Test
  void shouldShowEveryEventOnceAndInOrderToAWatcherThatIsCutAHundredTimes() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    AtomicBoolean watched = new AtomicBoolean();
    Set<String> created = ConcurrentHashMap.newKeySet();
    Set<String> destroyed = ConcurrentHashMap.newKeySet();
    try (TwoManagers cluster = new TwoManagers();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> loads = new ArrayList<>();
      List<Event> seen = new ArrayList<>();
      try {
        for (int i = 0; i < CLIENTS; i++) {
          int client = i;
          loads.add(clients.submit(() -> load(cluster, client, watched, created, destroyed)));
        }
        Random random = new Random(seed);
        for (int cut = 0; cut < CUTS; cut++) {
          watch(cluster, cut % 2, 1 + random.nextInt(MOST_EVENTS_BETWEEN_CUTS), seen);
        }
      } finally {
        watched.set(true);
      }
      for (Future<?> load : loads) {
        load.get(WATCH_S, TimeUnit.SECONDS);
      }
      long last = seen.getLast().getRevision();
      assertThat(seen.stream().map(Event::getRevision))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
      for (int manager = 0; manager < 2; manager++) {
        assertThat(EventLog.read(cluster.channel(manager), last).subList(0, seen.size()))
            .isEqualTo(seen);
      }
      List<Event> all = EventLog.read(cluster.channel(0));
      assertThat(targets(all, Event.Kind.KIND_DOMAIN_CREATED)).isEqualTo(created);
      assertThat(targets(all, Event.Kind.KIND_DOMAIN_REMOVED)).isEqualTo(destroyed);
    }
  }

  private static Set<String> targets(List<Event> events, Event.Kind kind) {
    return events.stream()
        .filter(event -> event.getKind() == kind)
        .map(Event::getTarget)
        .collect(Collectors.toSet());
  }

  /** Creates and destroys domains, through both managers by turns, until the watcher is done. */
  private static void load(
      TwoManagers cluster,
      int client,
      AtomicBoolean watched,
      Set<String> created,
      Set<String> destroyed) {
    AtomicInteger number = new AtomicInteger();
    while (!watched.get()) {
      String name = "c" + client + "-" + number.incrementAndGet();
      RetryingClient requests = new RetryingClient(cluster, number.get() % 2);
      assertThat(requests.create(name, "", 1)).isEqualTo(Status.Code.OK);
      created.add(name);
      assertThat(requests.destroy(name)).isEqualTo(Status.Code.OK);
      destroyed.add(name);
    }
  }

  /** Watches from after the last event seen, and cuts the connection after some more. */
  private static void watch(TwoManagers cluster, int manager, int count, List<Event> seen) {
    ManagedChannel channel = cluster.ownChannel(manager);
    try {
      long from = seen.isEmpty() ? 1 : seen.getLast().getRevision() + 1;
      Iterator<Event> events =
          ClusterServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(WATCH_S, TimeUnit.SECONDS)
              .watchEvents(WatchEventsRequest.newBuilder().setFromRevision(from).build());
      for (int i = 0; i < count; i++) {
        seen.add(events.next());
      }
    } finally {
      channel.shutdownNow();
    }
  }
}
