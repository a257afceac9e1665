package org.xenoserver.clustermanager.api;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.xenoserver.clustermanager.leader.Leadership;
import org.xenoserver.clustermanager.leader.Route;
import org.xenoserver.clustermanager.store.Term;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;

/**
 * Carries a write out if this manager leads, and passes it on to the leader otherwise; once only,
 * so that a request never goes in circles while managers disagree on who leads.
 */
public final class Writes implements AutoCloseable {
  private static final Metadata.Key<String> FORWARDED =
      Metadata.Key.of("xenoserver-forwarded", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Boolean> IS_FORWARDED =
      Context.keyWithDefault("forwarded", false);
  private static final Duration FORWARD_PATIENCE = Duration.ofSeconds(30);

  private final Leadership leadership;
  private final Duration electionPatience;
  private final ReentrantLock channelsLock = new ReentrantLock();
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private boolean closed;

  /**
   * Routes by the election.
   *
   * @param electionPatience how long a request waits for a leader to be elected
   */
  public Writes(Leadership leadership, Duration electionPatience) {
    this.leadership = leadership;
    this.electionPatience = electionPatience;
  }

  /** A write as the leader does it. */
  @FunctionalInterface
  interface Local<T> {
    T run(Term term) throws InterruptedException;
  }

  /**
   * Does a write where it is to be done.
   *
   * @throws RpcFailure UNAVAILABLE if there is no leader or it does not answer
   */
  <T> T write(Local<T> here, Function<DomainServiceBlockingStub, T> elsewhere) {
    try {
      return switch (leadership.route(electionPatience)) {
        case Route.Here leading -> here.run(leading.term());
        case Route.Elsewhere other -> forward(other.address(), elsewhere);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RpcFailure.of(ErrorCode.UNAVAILABLE, "the manager is stopping", e);
    }
  }

  private <T> T forward(String leader, Function<DomainServiceBlockingStub, T> call) {
    if (IS_FORWARDED.get()) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE, "the manager that leads is now %s; try again".formatted(leader));
    }
    Metadata headers = new Metadata();
    headers.put(FORWARDED, "true");
    DomainServiceBlockingStub stub =
        DomainServiceGrpc.newBlockingStub(channel(leader))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(FORWARD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return call.apply(stub);
    } catch (StatusRuntimeException e) {
      RpcFailure failure = RpcFailure.from(e);
      throw failure.code() == ErrorCode.UNAVAILABLE
          ? RpcFailure.of(
              ErrorCode.UNAVAILABLE,
              "the manager that leads, %s, does not serve (%s); try again, another is elected soon"
                  .formatted(leader, failure.getMessage()),
              e)
          : failure;
    }
  }

  private ManagedChannel channel(String address) {
    channelsLock.lock();
    try {
      if (closed) {
        throw RpcFailure.of(ErrorCode.UNAVAILABLE, "the manager is stopping");
      }
      return channels.computeIfAbsent(address, leader -> Channels.open(Endpoint.parse(leader)));
    } finally {
      channelsLock.unlock();
    }
  }

  /** A service that knows which of its requests another manager passed on. */
  public static BindableService markForwarded(BindableService service) {
    return () -> ServerInterceptors.intercept(service, new Marking());
  }

  private static final class Marking implements ServerInterceptor {
    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
        ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
      Context context = Context.current().withValue(IS_FORWARDED, headers.containsKey(FORWARDED));
      return Contexts.interceptCall(context, call, headers, next);
    }
  }

  /** Ends what was passed on. */
  @Override
  public void close() {
    channelsLock.lock();
    try {
      closed = true;
      channels.values().forEach(ManagedChannel::shutdownNow);
      channels.clear();
    } finally {
      channelsLock.unlock();
    }
  }
}
