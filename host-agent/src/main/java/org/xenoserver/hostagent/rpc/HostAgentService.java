package org.xenoserver.hostagent.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.hostagent.metering.UsageMeter;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.CreateHostDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.GetHostInfoRequest;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;
import org.xenoserver.proto.v1.HostDomainRequest;
import org.xenoserver.proto.v1.ListHostDomainsRequest;
import org.xenoserver.proto.v1.ListHostDomainsResponse;
import org.xenoserver.proto.v1.StreamUsageRequest;
import org.xenoserver.proto.v1.UsageReport;
import org.xenoserver.proto.v1.WatchHostDomainsRequest;

/**
 * Answers the host agent's API. A domain that the cluster owns can be looked at here, but only its
 * manager changes it.
 */
public final class HostAgentService extends HostAgentServiceGrpc.HostAgentServiceImplBase
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostAgentService.class);
  private static final int MIN_INTERVAL_MS = 100;
  private static final int MAX_INTERVAL_MS = 3_600_000;

  private final Supplier<Host> host;
  private final HostDomains domains;
  private final UsageMeter meter;
  private final Set<Runnable> finishers = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("agent-timer").factory());

  /**
   * Serves the domains of a host.
   *
   * @param host describes the host as it is now
   */
  public HostAgentService(Supplier<Host> host, HostDomains domains, UsageMeter meter) {
    this.host = host;
    this.domains = domains;
    this.meter = meter;
  }

  @Override
  public void getHostInfo(GetHostInfoRequest request, StreamObserver<Host> out) {
    answer(out, host.get());
  }

  @Override
  public void checkHostDomain(
      CheckHostDomainRequest request, StreamObserver<CheckHostDomainResponse> out) {
    domains.check(request.getSpec());
    answer(out, CheckHostDomainResponse.getDefaultInstance());
  }

  @Override
  public void createHostDomain(CreateHostDomainRequest request, StreamObserver<Domain> out) {
    HostDomain domain = domains.create(request.getSpec());
    if (request.getStart()) {
      try {
        domains.start(domain);
      } catch (RpcFailure failure) {
        domains.destroy(domain);
        throw failure;
      }
    }
    answer(out, domain.view());
  }

  @Override
  public void getHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    answer(out, domains.find(request.getDomain()).view());
  }

  @Override
  public void listHostDomains(
      ListHostDomainsRequest request, StreamObserver<ListHostDomainsResponse> out) {
    ListHostDomainsResponse.Builder response = ListHostDomainsResponse.newBuilder();
    domains.list().forEach(domain -> response.addDomains(domain.view()));
    answer(out, response.build());
  }

  @Override
  public void startHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    change(request, out, domains::start);
  }

  @Override
  public void pauseHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    change(request, out, domains::pause);
  }

  @Override
  public void unpauseHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    change(request, out, domains::unpause);
  }

  @Override
  public void shutdownHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    change(request, out, domains::shutdown);
  }

  @Override
  public void destroyHostDomain(HostDomainRequest request, StreamObserver<Domain> out) {
    HostDomain domain = own(request);
    domains.destroy(domain);
    answer(out, domain.view().toBuilder().setState(DomainState.DOMAIN_STATE_DESTROYED).build());
  }

  @Override
  public void watchHostDomains(WatchHostDomainsRequest request, StreamObserver<DomainEvent> out) {
    Ending ending = new Ending();
    WatchSession session = new WatchSession(call(out), ending);
    ending.closeAtEnd(domains.watch(session));
    ending.finishWith(session.stream::complete);
  }

  @Override
  public StreamObserver<ConsoleInput> hostConsole(StreamObserver<ConsoleOutput> out) {
    Ending ending = new Ending();
    ConsoleSession session = new ConsoleSession(domains, timer, call(out), ending);
    ending.finishWith(session::finish);
    return session;
  }

  @Override
  public void streamUsage(StreamUsageRequest request, StreamObserver<UsageReport> out) {
    int intervalMs = request.getIntervalMs();
    if (intervalMs == 0) {
      answer(out, meter.reader().report());
      return;
    }
    if (intervalMs < MIN_INTERVAL_MS || intervalMs > MAX_INTERVAL_MS) {
      throw RpcFailure.invalid(
          "interval_ms",
          "interval_ms is "
              + Integer.toUnsignedString(intervalMs)
              + "; it must be 0 or "
              + MIN_INTERVAL_MS
              + " to "
              + MAX_INTERVAL_MS);
    }
    Ending ending = new Ending();
    UsageSession session = new UsageSession(call(out), meter.reader(), ending);
    session.start(timer, intervalMs);
    ending.finishWith(session::finish);
  }

  /** Gives every stream what is left to say and ends it well. */
  public void finishStreams() {
    finishers.forEach(Runnable::run);
  }

  /** Stops the service's own timer; the server is closed by its owner. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void change(
      HostDomainRequest request, StreamObserver<Domain> out, Consumer<HostDomain> change) {
    HostDomain domain = own(request);
    change.accept(domain);
    answer(out, domain.view());
  }

  private HostDomain own(HostDomainRequest request) {
    HostDomain domain = domains.find(request.getDomain());
    if (domain.owner() == HostDomain.Owner.CLUSTER) {
      throw RpcFailure.of(
          ErrorCode.WRONG_STATE,
          "domain '" + domain.name() + "' belongs to the cluster; ask its manager to change it");
    }
    return domain;
  }

  private static <T> void answer(StreamObserver<T> out, T message) {
    out.onNext(message);
    out.onCompleted();
  }

  private static <T> ServerCallStreamObserver<T> call(StreamObserver<T> out) {
    return (ServerCallStreamObserver<T>) out;
  }

  /** What is to be undone when a stream is over, which may be before it is known here. */
  private final class Ending implements Runnable {
    private boolean over;
    private @Nullable AutoCloseable closing;
    private @Nullable Runnable finisher;

    synchronized void closeAtEnd(AutoCloseable resource) {
      closing = resource;
      if (over) {
        run();
      }
    }

    synchronized void finishWith(Runnable finish) {
      finisher = finish;
      if (!over) {
        finishers.add(finish);
      }
    }

    @Override
    public synchronized void run() {
      over = true;
      if (finisher != null) {
        finishers.remove(finisher);
      }
      try {
        if (closing != null) {
          closing.close();
        }
      } catch (Exception e) {
        log.warn("a stream's subscription was not closed", e);
      }
    }
  }
}
