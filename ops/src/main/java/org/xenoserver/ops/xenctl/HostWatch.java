package org.xenoserver.ops.xenctl;

import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostEvent;
import org.xenoserver.proto.v1.WatchHostsRequest;

/** Follows hosts as they change. */
final class HostWatch {
  private final Server manager;

  HostWatch(Server manager) {
    this.manager = manager;
  }

  /**
   * Waits until a host is as wanted. A manager that goes away meanwhile is waited for.
   *
   * @return whether it was within the time
   * @throws StatusException if the manager refuses to tell
   */
  boolean await(String host, Predicate<Host> wanted, Duration patience)
      throws StatusException, InterruptedException {
    Deadline deadline = Deadline.after(patience.toNanos(), TimeUnit.NANOSECONDS);
    while (true) {
      BlockingClientCall<?, HostEvent> events =
          manager
              .hostStreams()
              .withWaitForReady()
              .withDeadline(deadline)
              .watchHosts(WatchHostsRequest.getDefaultInstance());
      boolean told = false;
      try {
        for (HostEvent event = events.read(); event != null; event = events.read()) {
          told = true;
          if (event.getHost().getName().equals(host) && wanted.test(event.getHost())) {
            return true;
          }
        }
        if (!told) {
          throw Status.UNAVAILABLE
              .withDescription("the manager tells nothing of its hosts")
              .asException();
        }
      } catch (StatusException e) {
        if (deadline.isExpired()) {
          return false;
        }
        // A stream that broke is begun again; one that never told anything would not do better.
        if (!told) {
          throw e;
        }
      } finally {
        events.cancel("no more events wanted", null);
      }
    }
  }
}
