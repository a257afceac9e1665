package org.xenoserver.integrationtests.faults;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xenoserver.integrationtests.faults.Operation.Answer;
import org.xenoserver.integrationtests.faults.Operation.Kind;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Disk;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceBlockingStub;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.ListHostsRequest;

/**
 * A client that knows how to deal with failures: it sends a request to one manager or the other,
 * under one request id, until it is answered. Safe from any thread.
 */
final class ClusterClient {
  private static final long ATTEMPT_MS = 4_000;
  private static final long BETWEEN_ATTEMPTS_MS = 200;

  private final FaultCluster cluster;
  private final Path kernel;

  ClusterClient(FaultCluster cluster) throws IOException {
    this.cluster = cluster;
    this.kernel = CounterGuest.write(cluster.folder().resolve("counter-guest"));
  }

  /** A request that may be sent more than once. */
  @FunctionalInterface
  private interface Call<T> {
    T make(DomainServiceBlockingStub manager);
  }

  /** Creates and starts a counting domain with a disk of its own. */
  Operation create(String name, UUID uuid, Duration patience)
      throws IOException, InterruptedException {
    CounterDisk.create(disk(uuid));
    String requestId = "create-" + uuid;
    CreateDomainRequest request =
        CreateDomainRequest.newBuilder()
            .setSpec(
                DomainSpec.newBuilder()
                    .setName(name)
                    .setUuid(uuid.toString())
                    .setMemoryBytes(CounterGuest.MEMORY_BYTES)
                    .setVcpus(1)
                    .setKernel(kernel.toString())
                    .addDisks(Disk.newBuilder().setFile(disk(uuid).toString()).setShared(true)))
            .setStart(true)
            .setRequestId(requestId)
            .build();
    return operate(Kind.CREATE, requestId, patience, manager -> manager.createDomain(request));
  }

  /** Destroys a domain. */
  Operation destroy(String name, Duration patience) throws InterruptedException {
    String requestId = "destroy-" + UUID.randomUUID();
    DomainRequest request =
        DomainRequest.newBuilder().setDomain(name).setRequestId(requestId).build();
    return operate(Kind.DESTROY, requestId, patience, manager -> manager.destroyDomain(request));
  }

  /** Looks whether a domain exists. */
  Operation get(String name, Duration patience) throws InterruptedException {
    DomainRequest request = DomainRequest.newBuilder().setDomain(name).build();
    return operate(Kind.GET, "", patience, manager -> manager.getDomain(request));
  }

  private Operation operate(Kind kind, String requestId, Duration patience, Call<Domain> call)
      throws InterruptedException {
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < patience.toNanos()) {
      Answer answer = attempt(call);
      if (answer != null) {
        return new Operation(kind, requestId, startNs, System.nanoTime(), answer);
      }
      Thread.sleep(BETWEEN_ATTEMPTS_MS);
    }
    return new Operation(kind, requestId, startNs, Long.MAX_VALUE, null);
  }

  private @Nullable Answer attempt(Call<Domain> call) {
    int manager = ThreadLocalRandom.current().nextInt(FaultCluster.MANAGERS.size());
    try {
      var unused = call.make(stub(FaultCluster.MANAGERS.get(manager)));
      return Answer.OK;
    } catch (StatusRuntimeException e) {
      return switch (e.getStatus().getCode()) {
        case ALREADY_EXISTS -> Answer.ALREADY_EXISTS;
        case NOT_FOUND -> Answer.NOT_FOUND;
        case INVALID_ARGUMENT, FAILED_PRECONDITION, RESOURCE_EXHAUSTED -> Answer.REFUSED;
        default -> null;
      };
    }
  }

  private DomainServiceBlockingStub stub(String manager) {
    return DomainServiceGrpc.newBlockingStub(cluster.channel(manager))
        .withDeadlineAfter(ATTEMPT_MS, TimeUnit.MILLISECONDS);
  }

  /** The disk of a domain. */
  Path disk(UUID uuid) {
    return cluster.folder().resolve(uuid + ".raw");
  }

  /** All domains as the first manager that answers shows them. */
  List<Domain> list() {
    return anyManager(manager ->
        stub(manager).listDomains(ListDomainsRequest.getDefaultInstance()).getDomainsList());
  }

  /** All hosts as the first manager that answers shows them. */
  List<Host> hosts() {
    return anyManager(manager ->
        HostServiceGrpc.newBlockingStub(cluster.channel(manager))
            .withDeadlineAfter(ATTEMPT_MS, TimeUnit.MILLISECONDS)
            .listHosts(ListHostsRequest.getDefaultInstance())
            .getHostsList());
  }

  /** The manager that says it leads; null if none does. */
  @Nullable String leader() {
    for (String manager : FaultCluster.MANAGERS) {
      try {
        if (ClusterServiceGrpc.newBlockingStub(cluster.channel(manager))
            .withDeadlineAfter(1, TimeUnit.SECONDS)
            .getVersion(GetVersionRequest.getDefaultInstance())
            .getLeader()) {
          return manager;
        }
      } catch (StatusRuntimeException e) {
        // It is down: asks the other.
      }
    }
    return null;
  }

  private <T> T anyManager(Function<String, T> question) {
    StatusRuntimeException last = Status.UNAVAILABLE.asRuntimeException();
    for (String manager : FaultCluster.MANAGERS) {
      try {
        return question.apply(manager);
      } catch (StatusRuntimeException e) {
        last = e;
      }
    }
    throw last;
  }
}
