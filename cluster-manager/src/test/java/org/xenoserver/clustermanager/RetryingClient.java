package org.xenoserver.clustermanager;

import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;

/**
 * A client of both managers: sends a request to one, and to the other when that one fails, under
 * one request id, until it is answered.
 */
final class RetryingClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
  private static final long ATTEMPT_S = 10;

  private final TwoManagers cluster;
  private int manager;

  /**
   * For one thread.
   *
   * @param first the manager it asks first, 0 or 1
   */
  RetryingClient(TwoManagers cluster, int first) {
    this.cluster = cluster;
    this.manager = first;
  }

  /** Creates a domain without waiting for its host: OK, or the code of the refusal. */
  Status.Code create(String name, String project, int vcpus) {
    CreateDomainRequest.Builder request =
        TestCluster.domain(name).setRequestId("create-" + name).setNoWait(true);
    request.getSpecBuilder().setProject(project).setVcpus(vcpus);
    CreateDomainRequest asked = request.build();
    return answered(stub -> stub.createDomain(asked));
  }

  /** Destroys a domain: OK, or the code of the refusal. */
  Status.Code destroy(String name) {
    DomainRequest request =
        TestCluster.named(name).toBuilder().setRequestId("destroy-" + name).build();
    return answered(stub -> stub.destroyDomain(request));
  }

  private Status.Code answered(Function<DomainServiceBlockingStub, Object> call) {
    return await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(BETWEEN_ATTEMPTS)
        .atMost(PATIENCE)
        .until(() -> attempt(call), code -> !isUncertain(code));
  }

  private Status.Code attempt(Function<DomainServiceBlockingStub, Object> call) {
    try {
      Object unused =
          call.apply(
              DomainServiceGrpc.newBlockingStub(cluster.channel(manager))
                  .withDeadlineAfter(ATTEMPT_S, TimeUnit.SECONDS));
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      Status.Code code = e.getStatus().getCode();
      if (isUncertain(code)) {
        manager = 1 - manager;
      }
      return code;
    }
  }

  /** Whether the request may have had its effect, or may still have it. */
  private static boolean isUncertain(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED -> true;
      default -> false;
    };
  }
}
