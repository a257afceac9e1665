package org.xenoserver.proto.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xenoserver.proto.config.Endpoint;

/**
 * A gRPC server as every daemon of ours runs one: handlers on virtual threads, health, reflection
 * (v1 and v1alpha), and refusals thrown as {@link org.xenoserver.proto.error.RpcFailure} answered
 * with their details.
 */
public final class RpcServer implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final long PERMITTED_KEEP_ALIVE_SECONDS = 5;

  private final Server server;
  private final HealthStatusManager health;
  private final Endpoint endpoint;

  private RpcServer(Server server, HealthStatusManager health, Endpoint endpoint) {
    this.server = server;
    this.health = health;
    this.endpoint = endpoint;
  }

  /** Begins a server for an address; port 0 lets the system choose one. */
  public static Builder on(Endpoint endpoint) {
    return new Builder(endpoint);
  }

  /** Where it listens, with the actual port. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Takes no new calls, gives those under way a second, then ends them. Idempotent. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** What a server is to serve. */
  public static final class Builder {
    private final Endpoint endpoint;
    private final List<BindableService> services = new ArrayList<>();

    private Builder(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    /** Adds a service. */
    public Builder service(BindableService service) {
      services.add(service);
      return this;
    }

    /**
     * Listens and serves.
     *
     * @throws IOException with one sentence if the address cannot be listened on
     */
    @SuppressWarnings("deprecation") // clients in the field still ask for reflection v1alpha
    public RpcServer start() throws IOException {
      InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
      if (address.isUnresolved()) {
        throw new IOException("cannot listen on " + endpoint + ": unknown host");
      }
      HealthStatusManager health = new HealthStatusManager();
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(address)
              .executor(RpcExecutor.SHARED)
              .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .intercept(new FailureInterceptor())
              .addService(health.getHealthService())
              .addService(ProtoReflectionServiceV1.newInstance())
              .addService(ProtoReflectionService.newInstance());
      for (BindableService service : services) {
        builder.addService(service);
        String name = service.bindService().getServiceDescriptor().getName();
        health.setStatus(name, ServingStatus.SERVING);
      }
      Server server = builder.build();
      try {
        server.start();
      } catch (IOException e) {
        server.shutdownNow();
        throw new IOException("cannot listen on " + endpoint + ": " + why(e), e);
      }
      return new RpcServer(server, health, endpoint.withPort(server.getPort()));
    }

    private static String why(IOException failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof BindException || message.contains("Address already in use")) {
        return message.contains("in use")
            ? "address already in use"
            : message.contains("assign") ? "the address is not one of this machine's" : message;
      }
      return message;
    }
  }
}
