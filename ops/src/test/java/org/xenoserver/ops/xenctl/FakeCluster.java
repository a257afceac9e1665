package org.xenoserver.ops.xenctl;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.v1.ClusterServiceGrpc;
import org.xenoserver.proto.v1.ConsoleInput;
import org.xenoserver.proto.v1.ConsoleOutput;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainEvent;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainSpec;
import org.xenoserver.proto.v1.DomainState;
import org.xenoserver.proto.v1.DomainUsage;
import org.xenoserver.proto.v1.GetVersionRequest;
import org.xenoserver.proto.v1.ListDomainsRequest;
import org.xenoserver.proto.v1.ListDomainsResponse;
import org.xenoserver.proto.v1.ListUsageRequest;
import org.xenoserver.proto.v1.ListUsageResponse;
import org.xenoserver.proto.v1.ReplayRequest;
import org.xenoserver.proto.v1.ReplayResponse;
import org.xenoserver.proto.v1.UsageServiceGrpc;
import org.xenoserver.proto.v1.Version;
import org.xenoserver.proto.v1.WatchDomainsRequest;

/**
 * A manager and accounting on a loopback port that keep domains in a map. A console greets, echoes
 * and ends at {@code logout}; a domain named {@code stuck} never answers.
 */
final class FakeCluster implements AutoCloseable {
  static final String GREETING = "debian login: ";

  final Map<String, Domain> domains = new ConcurrentSkipListMap<>();
  final List<CreateDomainRequest> created = new CopyOnWriteArrayList<>();
  final List<ConsoleInput> typed = new CopyOnWriteArrayList<>();

  final FakeHosts hosts = new FakeHosts();

  /** Consoles whose client has no more input, which ends nothing. */
  final AtomicInteger halfClosed = new AtomicInteger();

  /** How decisions would have gone, by policy; others are refused. */
  final Map<String, ReplayResponse> replays = new ConcurrentSkipListMap<>();

  /** What a watched domain does after its snapshot. */
  volatile @Nullable DomainState nextState;

  private final Server server;

  FakeCluster() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Domains())
            .addService(hosts)
            .addService(new Cluster())
            .addService(new Usage())
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  void add(String name, DomainState state) {
    domains.put(
        name,
        Domain.newBuilder()
            .setSpec(
                DomainSpec.newBuilder()
                    .setName(name)
                    .setUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
                    .setMemoryBytes(256L << 20)
                    .setVcpus(2)
                    .setKernel("image:debian")
                    .putLabels("owner", "me"))
            .setState(state)
            .setHost("host-1")
            .setEpoch(1)
            .setCreateTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
            .build());
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }

  private final class Domains extends DomainServiceGrpc.DomainServiceImplBase {
    @Override
    public void createDomain(CreateDomainRequest request, StreamObserver<Domain> observer) {
      created.add(request);
      String name = request.getSpec().getName();
      if (domains.containsKey(name)) {
        observer.onError(
            Status.ALREADY_EXISTS
                .withDescription("spec.name '" + name + "' is taken by another domain")
                .asRuntimeException());
        return;
      }
      Domain domain =
          Domain.newBuilder()
              .setSpec(request.getSpec())
              .setState(DomainState.DOMAIN_STATE_PENDING)
              .setHost(request.getHost().isEmpty() ? "host-1" : request.getHost())
              .build();
      domains.put(name, domain);
      answer(observer, domain);
    }

    @Override
    public void getDomain(DomainRequest request, StreamObserver<Domain> observer) {
      if (request.getDomain().equals("stuck")) {
        return;
      }
      change(request, observer, null);
    }

    @Override
    public void listDomains(
        ListDomainsRequest request, StreamObserver<ListDomainsResponse> observer) {
      answer(observer, ListDomainsResponse.newBuilder().addAllDomains(domains.values()).build());
    }

    @Override
    public void startDomain(DomainRequest request, StreamObserver<Domain> observer) {
      Domain domain = domains.get(request.getDomain());
      if (domain != null && domain.getState() == DomainState.DOMAIN_STATE_RUNNING) {
        observer.onError(
            Status.FAILED_PRECONDITION
                .withDescription("domain '" + request.getDomain() + "' is already running")
                .asRuntimeException());
        return;
      }
      change(request, observer, DomainState.DOMAIN_STATE_RUNNING);
    }

    @Override
    public void pauseDomain(DomainRequest request, StreamObserver<Domain> observer) {
      change(request, observer, DomainState.DOMAIN_STATE_PAUSED);
    }

    @Override
    public void unpauseDomain(DomainRequest request, StreamObserver<Domain> observer) {
      change(request, observer, DomainState.DOMAIN_STATE_RUNNING);
    }

    @Override
    public void shutdownDomain(DomainRequest request, StreamObserver<Domain> observer) {
      change(request, observer, DomainState.DOMAIN_STATE_SHUTTING_DOWN);
    }

    @Override
    public void destroyDomain(DomainRequest request, StreamObserver<Domain> observer) {
      change(request, observer, DomainState.DOMAIN_STATE_DESTROYED);
      domains.remove(request.getDomain());
    }

    private void change(
        DomainRequest request, StreamObserver<Domain> observer, @Nullable DomainState state) {
      Domain domain = domains.get(request.getDomain());
      if (domain == null) {
        observer.onError(notFound(request.getDomain()));
        return;
      }
      Domain changed = state == null ? domain : domain.toBuilder().setState(state).build();
      domains.put(request.getDomain(), changed);
      answer(observer, changed);
    }

    @Override
    public void watchDomains(WatchDomainsRequest request, StreamObserver<DomainEvent> observer) {
      for (Domain domain : domains.values()) {
        observer.onNext(DomainEvent.newBuilder().setDomain(domain).setSnapshot(true).build());
      }
      observer.onNext(DomainEvent.newBuilder().setSnapshotEnd(true).build());
      DomainState next = nextState;
      if (next != null) {
        Domain.Builder domain = domains.values().iterator().next().toBuilder().setState(next);
        if (next == DomainState.DOMAIN_STATE_CRASHED) {
          domain.setReason("the kernel is not an Image");
        }
        observer.onNext(DomainEvent.newBuilder().setDomain(domain).build());
        observer.onCompleted();
      }
    }

    @Override
    public StreamObserver<ConsoleInput> console(StreamObserver<ConsoleOutput> observer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ConsoleInput input) {
          typed.add(input);
          String text = input.getData().toStringUtf8();
          if (!input.getDomain().isEmpty() && !domains.containsKey(input.getDomain())) {
            observer.onError(notFound(input.getDomain()));
          } else if (text.contains("logout")) {
            observer.onCompleted();
          } else {
            String answer = input.getReplay() ? GREETING : text.replace("\n", "\r\n");
            observer.onNext(
                ConsoleOutput.newBuilder().setData(ByteString.copyFromUtf8(answer)).build());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          halfClosed.incrementAndGet();
        }
      };
    }
  }

  private final class Cluster extends ClusterServiceGrpc.ClusterServiceImplBase {
    @Override
    public void getVersion(GetVersionRequest request, StreamObserver<Version> observer) {
      answer(observer, Version.newBuilder().setVersion("9.8.7").setLeader(true).build());
    }

    @Override
    public void replayDecisions(ReplayRequest request, StreamObserver<ReplayResponse> observer) {
      ReplayResponse known = replays.get(request.getPolicy());
      if (known == null) {
        observer.onError(
            Status.INVALID_ARGUMENT
                .withDescription("policy is '%s'; it must be known".formatted(request.getPolicy()))
                .asRuntimeException());
        return;
      }
      answer(observer, known);
    }
  }

  private static final class Usage extends UsageServiceGrpc.UsageServiceImplBase {
    @Override
    public void listUsage(ListUsageRequest request, StreamObserver<ListUsageResponse> observer) {
      ListUsageResponse.Builder answer = ListUsageResponse.newBuilder();
      if (request.getDomain().isEmpty() || request.getDomain().equals("alpha")) {
        answer.addUsage(
            DomainUsage.newBuilder()
                .setDomainName("alpha")
                .setHost("host-1")
                .setCpuNs(1_234_567_890L)
                .setWaitNs(5_000_000)
                .setRetiredInstructions(987_654_321L)
                .setMemoryByteSeconds(3L << 29)
                .setDiskReadBytes(1536));
      }
      answer(observer, answer.build());
    }
  }

  private static RuntimeException notFound(String domain) {
    return Status.NOT_FOUND
        .withDescription("domain '" + domain + "' does not exist")
        .asRuntimeException();
  }

  private static <T> void answer(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
