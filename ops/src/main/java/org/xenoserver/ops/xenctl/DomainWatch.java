package org.xenoserver.ops.xenctl;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.WatchDomainsRequest;

/** Follows domains as they change. */
final class DomainWatch {
  private final Server manager;

  DomainWatch(Server manager) {
    this.manager = manager;
  }

  /**
   * Writes an event per line until the stream ends or nobody reads any more.
   *
   * @param domain a name or UUID; empty for all
   */
  ExitStatus print(String domain, Printer printer, InstantSource clock)
      throws StatusException, InterruptedException {
    BlockingClientCall<?, DomainEvent> events =
        manager.domainStreams().watchDomains(request(domain));
    while (events.hasNext()) {
      DomainEvent event = events.read();
      if (event == null) {
        break;
      }
      if (printer.json()) {
        printer.jsonLine(event);
      } else if (event.hasDomain()) {
        String when = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
        printer.line(when + "  " + DomainVerbs.summary(event.getDomain()));
      }
      if (printer.broken()) {
        events.cancel("nobody reads the events", null);
        break;
      }
    }
    return ExitStatus.OK;
  }

  /**
   * Waits until a domain is in one of some states; returns it as it is then.
   *
   * @throws Failure if that takes longer than the time limit of a call
   */
  Domain await(String domain, Set<DomainState> states)
      throws StatusException, Failure, InterruptedException {
    BlockingClientCall<?, DomainEvent> events = manager.domains().watchDomains(request(domain));
    DomainState last = DomainState.DOMAIN_STATE_UNSPECIFIED;
    try {
      DomainEvent event = events.read();
      while (event != null) {
        if (event.hasDomain()) {
          last = event.getDomain().getState();
          if (states.contains(last)) {
            return event.getDomain();
          }
        }
        event = events.read();
      }
    } catch (StatusException e) {
      if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
        throw e;
      }
    } finally {
      events.cancel("no more events wanted", null);
    }
    throw Failure.of(
        ExitStatus.UNREACHABLE,
        "domain '%s' is %s and did not become %s within %s"
            .formatted(
                domain,
                Printer.state(last),
                states.stream().map(Printer::state).collect(Collectors.joining(" or ")),
                manager.timeoutText()));
  }

  private static WatchDomainsRequest request(String domain) {
    return WatchDomainsRequest.newBuilder().setDomain(domain).build();
  }
}
