package org.xenoserver.clustermanager.agents;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.CheckHostDomainRequest;
import org.xenoserver.proto.v1.CheckHostDomainResponse;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostAgentServiceGrpc;

/** One gRPC channel to the agent of each host, at the address it last registered. */
public final class HostAgents implements AutoCloseable {
  private static final Duration CHECK_PATIENCE = Duration.ofSeconds(5);

  private final ReentrantLock channelsLock = new ReentrantLock();
  private final Map<String, Connected> channels = new HashMap<>();
  private boolean closed;

  private record Connected(String address, ManagedChannel channel) {}

  /**
   * The channel to a host's agent.
   *
   * @throws RpcFailure UNAVAILABLE if the host registered no usable address or we are closing
   */
  public Channel channel(Host host) {
    channelsLock.lock();
    try {
      if (closed) {
        throw RpcFailure.of(ErrorCode.UNAVAILABLE, "the manager is stopping");
      }
      Connected connected = channels.get(host.getName());
      if (connected == null || !connected.address().equals(host.getAddress())) {
        if (connected != null) {
          connected.channel().shutdown();
        }
        connected =
            new Connected(host.getAddress(), Channels.open(Endpoint.parse(host.getAddress())));
        channels.put(host.getName(), connected);
      }
      return connected.channel();
    } catch (IllegalArgumentException e) {
      throw RpcFailure.of(
          ErrorCode.UNAVAILABLE, "host %s: %s".formatted(host.getName(), e.getMessage()), e);
    } finally {
      channelsLock.unlock();
    }
  }

  /**
   * Asks hosts' agents whether they could take a domain.
   *
   * @param loop takes the answers
   */
  public AgentChecks checks(Executor loop) {
    return (host, spec, done) ->
        check(host, spec, refusal -> loop.execute(() -> done.accept(refusal)));
  }

  private void check(Host host, DomainSpec spec, Consumer<@Nullable RpcFailure> done) {
    Channel to;
    try {
      to = channel(host);
    } catch (RpcFailure failure) {
      done.accept(failure);
      return;
    }
    // The answer is only posted to the loop: a thread of its own would cost more than that.
    HostAgentServiceGrpc.newStub(to)
        .withExecutor(Runnable::run)
        .withDeadlineAfter(CHECK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .checkHostDomain(
            CheckHostDomainRequest.newBuilder().setSpec(spec).build(),
            new StreamObserver<CheckHostDomainResponse>() {
              @Override
              public void onNext(CheckHostDomainResponse response) {}

              @Override
              public void onError(Throwable failure) {
                done.accept(refusal(host, failure));
              }

              @Override
              public void onCompleted() {
                done.accept(null);
              }
            });
  }

  /** What a failed call to a host's agent means to our client. */
  public static RpcFailure refusal(Host host, Throwable failure) {
    RpcFailure refusal = RpcFailure.from(failure);
    return refusal.code() == ErrorCode.UNAVAILABLE
        ? RpcFailure.of(
            ErrorCode.UNAVAILABLE,
            "the agent of host %s at %s does not answer: %s"
                .formatted(host.getName(), host.getAddress(), refusal.getMessage()),
            failure)
        : refusal;
  }

  /** Ends all calls under way. */
  @Override
  public void close() {
    channelsLock.lock();
    try {
      closed = true;
      channels.values().forEach(connected -> connected.channel().shutdownNow());
      channels.clear();
    } finally {
      channelsLock.unlock();
    }
  }
}
