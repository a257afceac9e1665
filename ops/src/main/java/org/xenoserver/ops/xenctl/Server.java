package org.xenoserver.ops.xenctl;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ProjectServiceGrpc;
import org.xenoserver.proto.v1.UsageServiceGrpc;

/** A connection to one of the cluster's servers; nothing is sent before the first call. */
final class Server implements AutoCloseable {
  /** Work that needs a server; its gRPC failures become sentences about that server. */
  @FunctionalInterface
  interface Work {
    ExitStatus with(Server server) throws StatusException, Failure, InterruptedException;
  }

  private final String title;
  private final Endpoint endpoint;
  private final Duration timeout;
  private final ManagedChannel channel;

  private Server(String title, Endpoint endpoint, Duration timeout) {
    this.title = title;
    this.endpoint = endpoint;
    this.timeout = timeout;
    this.channel = Channels.open(endpoint);
  }

  /**
   * Connects for as long as some work takes.
   *
   * @param title what errors call it, for example "cluster manager"
   * @param timeout of each call
   */
  static ExitStatus use(String title, Endpoint endpoint, Duration timeout, Work work)
      throws Failure, InterruptedException {
    try (Server server = new Server(title, endpoint, timeout)) {
      try {
        return work.with(server);
      } catch (StatusException e) {
        throw server.failure(e);
      }
    }
  }

  DomainServiceGrpc.DomainServiceBlockingV2Stub domains() {
    return domainStreams().withDeadlineAfter(timeout);
  }

  /** Without a time limit, for streams that stay. */
  DomainServiceGrpc.DomainServiceBlockingV2Stub domainStreams() {
    return DomainServiceGrpc.newBlockingV2Stub(channel);
  }

  HostServiceGrpc.HostServiceBlockingV2Stub hosts() {
    return hostStreams().withDeadlineAfter(timeout);
  }

  /** Without a time limit, for streams that stay. */
  HostServiceGrpc.HostServiceBlockingV2Stub hostStreams() {
    return HostServiceGrpc.newBlockingV2Stub(channel);
  }

  ClusterServiceGrpc.ClusterServiceBlockingV2Stub cluster() {
    return ClusterServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(timeout);
  }

  /** Without a time limit, for streams that stay. */
  ClusterServiceGrpc.ClusterServiceBlockingV2Stub clusterStreams() {
    return ClusterServiceGrpc.newBlockingV2Stub(channel);
  }

  ProjectServiceGrpc.ProjectServiceBlockingV2Stub projects() {
    return ProjectServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(timeout);
  }

  UsageServiceGrpc.UsageServiceBlockingV2Stub usage() {
    return UsageServiceGrpc.newBlockingV2Stub(channel).withDeadlineAfter(timeout);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The time limit of a call as people write it. */
  String timeoutText() {
    return Quantities.duration(timeout);
  }

  /** Says why a call failed. */
  Failure failure(StatusException e) {
    Status status = e.getStatus();
    Status.Code code = status.getCode();
    String description = status.getDescription();
    Throwable cause = status.getCause();
    if (code == Status.Code.DEADLINE_EXCEEDED) {
      return Failure.of(
          code, "the %s at %s did not answer within %s".formatted(title, endpoint, timeoutText()));
    }
    if (description != null && description.startsWith("Network closed")) {
      return Failure.of(code, "the connection to the %s at %s was lost".formatted(title, endpoint));
    }
    if (cause != null || description == null || description.isEmpty()) {
      // Only what our own side found out carries a cause; a server's refusal is a description.
      return Failure.of(
          cause == null ? code : Status.Code.UNAVAILABLE,
          "cannot reach the %s at %s: %s"
              .formatted(title, endpoint, cause == null ? code.name() : reason(cause)));
    }
    return Failure.of(code, oneLine(description));
  }

  private static String reason(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    if (deepest instanceof java.net.ConnectException) {
      return "connection refused";
    } else if (deepest instanceof java.net.UnknownHostException) {
      return "the host name is not known";
    } else if (message != null && message.startsWith("First received frame was not SETTINGS")) {
      return "what listens there does not speak gRPC";
    } else if (message == null || message.isBlank()) {
      return deepest.getClass().getSimpleName();
    }
    return oneLine(message);
  }

  private static String oneLine(String text) {
    int end = text.indexOf('\n');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
