package org.xenoserver.clustermanager;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.Lists;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.Event;
import org.xenoserver.proto.v1.WatchEventsRequest;

/** The log as a manager tells it in one go. */
final class EventLog {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long READ_S = 10;

  private EventLog() {}

  /** All events so far, once there are as many as a revision says. */
  static List<Event> read(Channel manager, long revision) {
    return await().atMost(PATIENCE).until(() -> read(manager), events -> events.size() >= revision);
  }

  /** All events so far. */
  static List<Event> read(Channel manager) {
    return Lists.newArrayList(
        ClusterServiceGrpc.newBlockingStub(manager)
            .withDeadlineAfter(READ_S, SECONDS)
            .watchEvents(
                WatchEventsRequest.newBuilder().setFromRevision(1).setUntilNow(true).build()));
  }
}
