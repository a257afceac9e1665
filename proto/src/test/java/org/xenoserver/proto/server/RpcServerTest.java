package org.xenoserver.proto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.error.ErrorCode;
import org.xenoserver.proto.error.RpcFailure;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.ListUsageResponse;
import org.xenoserver.proto.v1.UsageServiceGrpc;

final class RpcServerTest {
  private RpcServer server;
  private ManagedChannel channel;

  private static final class Refusing extends UsageServiceGrpc.UsageServiceImplBase {
    @Override
    public void listUsage(ListUsageRequest request, StreamObserver<ListUsageResponse> out) {
      if (request.getDomain().equals("fault")) {
        throw new IllegalStateException("broken");
      }
      throw RpcFailure.invalid("domain", "domain is '" + request.getDomain() + "'");
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = RpcServer.on(new Endpoint("127.0.0.1", 0)).service(new Refusing()).start();
    channel = Channels.open(server.endpoint());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void shouldReportTheActualPortAndServeHealth() {
    assertThat(server.endpoint().port()).isPositive();
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService(UsageServiceGrpc.SERVICE_NAME).build();
    assertThat(HealthGrpc.newBlockingStub(channel).check(request).getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void shouldListServicesByReflection() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains(UsageServiceGrpc.SERVICE_NAME, "grpc.reflection.v1alpha.ServerReflection");
    requests.onCompleted();
  }

  @Test
  void shouldAnswerARefusalWithItsDetails() {
    Throwable thrown = catchThrowable(() -> ask("x"));
    RpcFailure failure = RpcFailure.from(thrown);
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
    assertThat(failure.field()).isEqualTo("domain");
    assertThat(failure).hasMessage("domain is 'x'");
  }

  @Test
  void shouldAnswerAFaultWithInternal() {
    RpcFailure failure = RpcFailure.from(catchThrowable(() -> ask("fault")));
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void shouldSayThatAPortIsTaken() {
    assertThatThrownBy(() -> RpcServer.on(server.endpoint()).start())
        .isInstanceOf(IOException.class)
        .hasMessage("cannot listen on " + server.endpoint() + ": address already in use");
  }

  private void ask(String domain) {
    UsageServiceGrpc.newBlockingStub(channel)
        .listUsage(ListUsageRequest.newBuilder().setDomain(domain).build());
  }
}
