package org.xenoserver.ops.bench;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.xenoserver.clustermanager.ClusterManager;
import org.xenoserver.clustermanager.ClusterManagerConfig;
import org.xenoserver.ops.cluster.EmbeddedZooKeeper;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.server.Channels;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.Domain;
import org.xenoserver.proto.v1.DomainServiceGrpc;
import org.xenoserver.proto.v1.DomainServiceGrpc.DomainServiceStub;
import org.xenoserver.proto.v1.DomainSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** {@code xeno bench cluster}: domains from gRPC request to durable assignment. */
@Command(
    name = "cluster",
    description = {
      "Creates domains as fast as a manager takes them: from the request over gRPC, through the",
      "check by the host's agent, to the assignment on ZooKeeper's disk. Hosts are light: they hold",
      "leases and agree. ZooKeeper, manager, hosts and clients share this process."
    })
final class ClusterCommand implements Callable<Integer> {
  private static final long MIB = 1 << 20;
  private static final int MOST_HOSTS = 20_000;
  private static final int PATIENCE_S = 60;

  /** How answers are written. */
  enum Format {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json; by default ${DEFAULT-VALUE}.",
      defaultValue = "text")
  private Format output = Format.TEXT;

  @Option(
      names = "--hosts",
      paramLabel = "NUMBER",
      description = "Hosts, 1 to 20000; by default ${DEFAULT-VALUE}.",
      defaultValue = "5000")
  private int hosts;

  @Option(
      names = "--window",
      paramLabel = "NUMBER",
      description = "Requests under way at a time; by default ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private int window;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      description = "How long is measured, after as long a warm-up; by default ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int seconds;

  /**
   * What was measured.
   *
   * @param domains stored in the time measured
   * @param failed requests that were refused
   */
  record Report(
      int hosts,
      int window,
      double seconds,
      long domains,
      long failed,
      double domainsPerSecond,
      double medianMs,
      double p99Ms) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (hosts < 1 || hosts > MOST_HOSTS || window < 1 || seconds < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--hosts is %d, --window %d, --seconds %d; they must be 1 to 20000, 1 or more, 1 or more"
              .formatted(hosts, window, seconds));
    }
    Path data = Files.createTempDirectory("xenoserver-bench-");
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(new Endpoint("127.0.0.1", 0), data);
        LightHosts light = LightHosts.start(zooKeeper.endpoint().toString(), hosts);
        ClusterManager manager =
            ClusterManager.start(
                new ClusterManagerConfig(
                    new Endpoint("127.0.0.1", 0),
                    null,
                    zooKeeper.endpoint().toString(),
                    Duration.ofSeconds(10)))) {
      if (!manager.awaitHosts(hosts, Duration.ofSeconds(PATIENCE_S))) {
        throw new IOException("the manager does not see all hosts");
      }
      Report report = measure(manager.endpoint());
      System.out.print(output == Format.JSON ? json(report) : text(report));
      return report.failed() == 0 ? 0 : 1;
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private Report measure(Endpoint manager) throws InterruptedException {
    ManagedChannel channel = Channels.open(manager);
    try {
      DomainServiceStub stub = DomainServiceGrpc.newStub(channel);
      Run run = new Run(stub, window);
      run.forSeconds(seconds);
      run.reset();
      long startNs = System.nanoTime();
      run.forSeconds(seconds);
      double took = (System.nanoTime() - startNs) / 1e9;
      List<Long> latencies = run.latencies();
      Collections.sort(latencies);
      return new Report(
          hosts,
          window,
          took,
          latencies.size(),
          run.failed.get(),
          latencies.size() / took,
          at(latencies, 0.5),
          at(latencies, 0.99));
    } finally {
      channel.shutdownNow();
    }
  }

  private static double at(List<Long> sorted, double share) {
    return sorted.isEmpty() ? 0 : sorted.get((int) ((sorted.size() - 1) * share)) / 1e6;
  }

  /** Requests, a window of them at a time. */
  private static final class Run {
    private final DomainServiceStub stub;
    private final Semaphore free;
    private final AtomicLong failed = new AtomicLong();
    private List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    private long number;

    Run(DomainServiceStub stub, int window) {
      this.stub = stub;
      this.free = new Semaphore(window);
    }

    void reset() {
      latencies = Collections.synchronizedList(new ArrayList<>());
      failed.set(0);
    }

    List<Long> latencies() {
      return new ArrayList<>(latencies);
    }

    void forSeconds(int seconds) throws InterruptedException {
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      List<Long> into = latencies;
      while (System.nanoTime() < endNs) {
        free.acquire();
        send(into);
      }
    }

    private void send(List<Long> into) {
      String name = "d" + ++number;
      CreateDomainRequest request =
          CreateDomainRequest.newBuilder()
              .setSpec(
                  DomainSpec.newBuilder()
                      .setName(name)
                      .setVcpus(1)
                      .setMemoryBytes(64 * MIB)
                      .setKernel("/boot/Image"))
              .setStart(true)
              .setRequestId("bench-" + name)
              .setNoWait(true)
              .build();
      long sentNs = System.nanoTime();
      stub.createDomain(
          request,
          new StreamObserver<Domain>() {
            @Override
            public void onNext(Domain domain) {
              into.add(System.nanoTime() - sentNs);
            }

            @Override
            public void onError(Throwable failure) {
              failed.incrementAndGet();
              free.release();
            }

            @Override
            public void onCompleted() {
              free.release();
            }
          });
    }
  }

  private static String text(Report report) {
    return String.format(
        Locale.ROOT,
        "%d hosts, %d requests under way: %d domains in %.1f s, %.0f domains/s; "
            + "answered after %.1f ms (median), %.1f ms (99 %%); %d refused%n",
        report.hosts(),
        report.window(),
        report.domains(),
        report.seconds(),
        report.domainsPerSecond(),
        report.medianMs(),
        report.p99Ms(),
        report.failed());
  }

  private static String json(Report report) {
    return JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writeValueAsString(report)
        + "\n";
  }
}
