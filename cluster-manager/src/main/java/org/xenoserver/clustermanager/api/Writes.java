package org.xenoserver.clustermanager.api;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.xenoserver.clustermanager.control.Answer;
import org.xenoserver.clustermanager.control.Command;
import org.xenoserver.clustermanager.control.Insight;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;

/**
 * Has a request carried out here if this manager leads, and by the leader otherwise. Until it knows
 * what became of it, it sends the request again, with its id, to whoever leads; requests that came
 * without an id are given one for that.
 */
public final class Writes implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9._-]{1,64}");
  private static final long STEP_MS = 100;

  private final Control control;
  private final Duration patience;
  private final LongSupplier monotonicNs;
  private final Supplier<UUID> uuids;
  private final ReentrantLock channelsLock = new ReentrantLock();
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private boolean closed;

  /**
   * Routes by the election.
   *
   * @param patience how long a request waits for a leader
   */
  public Writes(
      Control control, Duration patience, LongSupplier monotonicNs, Supplier<UUID> uuids) {
    this.control = control;
    this.patience = patience;
    this.monotonicNs = monotonicNs;
    this.uuids = uuids;
  }

  /** What is answered once the leader has accepted. */
  @FunctionalInterface
  interface Local<T> {
    T answer(Answer.Accepted accepted) throws InterruptedException;
  }

  /** The request with its id. */
  @FunctionalInterface
  interface Remote<T> {
    T call(Channel leader, String id);
  }

  /**
   * Has a command carried out.
   *
   * @param id the client's request id, or empty
   * @throws RpcFailure INVALID_ARGUMENT if the id is none; UNAVAILABLE if there is no leader
   */
  <T> T write(String id, Command command, Local<T> here, Remote<T> elsewhere) {
    if (!id.isEmpty() && !ID.matcher(id).matches()) {
      throw RpcFailure.invalid(
          "request_id",
          "request_id is '%s'; it must be 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-', or empty"
              .formatted(id));
    }
    String used = id.isEmpty() ? uuids.get().toString() : id;
    return route(
        () ->
            switch (control.submit(used, Callers.name(), command)) {
              case Answer.Accepted accepted -> Optional.of(here.answer(accepted));
              case Answer.Refused refused -> throw refused.failure();
              case Answer.NotNow _ -> Optional.empty();
            },
        channel -> elsewhere.call(channel, used));
  }

  /** Asks the leader. */
  <T> T ask(Function<Insight, T> here, Function<Channel, T> elsewhere) {
    return route(() -> control.ask(here), elsewhere);
  }

  /** Done here, if this manager leads. */
  @FunctionalInterface
  private interface Attempt<T> {
    Optional<T> run() throws InterruptedException;
  }

  private <T> T route(Attempt<T> here, Function<Channel, T> elsewhere) {
    long deadlineNs = monotonicNs.getAsLong() + patience.toNanos();
    String why = "no manager leads at the moment; try again in some seconds";
    try {
      do {
        Control.Leading leading = control.leading();
        if (leading.here()) {
          Optional<T> done = here.run();
          if (done.isPresent()) {
            return done.get();
          }
        } else if (Callers.isForwarded()) {
          throw RpcFailure.of(ErrorCode.NOT_LEADER, "this manager does not lead; try again");
        } else if (leading.address().isPresent()) {
          String leader = leading.address().get();
          try {
            return elsewhere.apply(channel(leader));
          } catch (StatusRuntimeException e) {
            RpcFailure failure = RpcFailure.from(e);
            if (failure.code() != ErrorCode.NOT_LEADER && isAnswer(e)) {
              throw failure;
            }
            why =
                "the manager that leads, %s, does not serve (%s); try again, another is elected soon"
                    .formatted(leader, failure.getMessage());
          }
        }
        control.awaitChange(leading, STEP_MS);
      } while (monotonicNs.getAsLong() < deadlineNs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RpcFailure.of(ErrorCode.UNAVAILABLE, "the manager is stopping", e);
    }
    throw RpcFailure.of(ErrorCode.UNAVAILABLE, why);
  }

  /** Whether a server of ours said so, rather than nobody. */
  private static boolean isAnswer(StatusRuntimeException e) {
    com.google.rpc.Status status = StatusProto.fromThrowable(e);
    return status != null && status.getDetailsCount() > 0;
  }

  private Channel channel(String address) {
    Metadata headers = new Metadata();
    headers.put(Callers.FORWARDED, "true");
    headers.put(Callers.CALLER, Callers.name());
    channelsLock.lock();
    try {
      if (closed) {
        throw RpcFailure.of(ErrorCode.UNAVAILABLE, "the manager is stopping");
      }
      ManagedChannel channel =
          channels.computeIfAbsent(address, leader -> Channels.open(Endpoint.parse(leader)));
      return ClientInterceptors.intercept(
          channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    } finally {
      channelsLock.unlock();
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
