package org.xenoserver.ops.bench;

import com.sun.management.OperatingSystemMXBean;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.xenoserver.proto.v1.Host;
import org.xenoserver.proto.v1.HostServiceGrpc;
import org.xenoserver.proto.v1.HostState;
import org.xenoserver.proto.v1.ListHostsRequest;

/** One run of {@code bench cluster}: the daemons, the hosts, the clients, and what is left. */
final class ClusterBench implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration READ_PATIENCE = Duration.ofSeconds(120);
  private static final long ANSWER_PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
  private static final int LARGEST_ANSWER_BYTES = 64 << 20;
  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+:\\d+)");

  private final Size size;
  private final Path folder;
  private final Children children;
  private final Map<String, Child> daemons = new LinkedHashMap<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  /**
   * What is measured.
   *
   * @param sessions ZooKeeper sessions the hosts share
   * @param takenUp whether answers wait until the host has taken the domain up
   */
  record Size(
      int hosts,
      int sessions,
      Duration leaseTimeout,
      int zookeepers,
      int inFlight,
      int connections,
      boolean takenUp,
      int warmUpSeconds,
      int seconds) {}

  private ClusterBench(Size size, Path folder) {
    this.size = size;
    this.folder = folder;
    this.children = new Children(folder);
  }

  /** Measures, and deletes the folder. */
  static ClusterReport run(Size size, Path folder) throws BenchException, InterruptedException {
    try (ClusterBench bench = new ClusterBench(size, folder)) {
      return bench.measure();
    }
  }

  private ClusterReport measure() throws BenchException, InterruptedException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double loadAverage = system.getSystemLoadAverage();
    String zooKeeper = startZooKeepers();
    try (LightHosts hosts =
        LightHosts.start(zooKeeper, size.hosts(), size.sessions(), size.leaseTimeout())) {
      connect(startManager(zooKeeper));
      awaitHosts();
      long beganNs = System.nanoTime();
      long fromNs = beganNs + TimeUnit.SECONDS.toNanos(size.warmUpSeconds());
      long endNs = fromNs + TimeUnit.SECONDS.toNanos(size.seconds());
      CreateLoad load =
          CreateLoad.begin(channels, size.inFlight(), size.takenUp(), System::nanoTime, endNs);
      load.await(fromNs - System.nanoTime());
      Map<String, Double> before = processorSeconds(system);
      boolean over = load.await(endNs - System.nanoTime());
      Map<String, Double> after = processorSeconds(system);
      after.replaceAll((process, seconds) -> seconds - before.getOrDefault(process, 0.0));
      List<String> problems = new ArrayList<>();
      if (!over && !load.await(ANSWER_PATIENCE_NS)) {
        problems.add("some requests were not answered within 60 s");
      }
      List<CreateLoad.Answered> answers = load.answers();
      // What is late is counted by the checks.
      var _ = hosts.tally().awaitTakenUp(answers.size(), READ_PATIENCE);
      return report(system, loadAverage, zooKeeper, hosts, load, fromNs, after, problems);
    }
  }

  private ClusterReport report(
      OperatingSystemMXBean system,
      double loadAverage,
      String zooKeeper,
      LightHosts hosts,
      CreateLoad load,
      long fromNs,
      Map<String, Double> processorSeconds,
      List<String> problems)
      throws BenchException, InterruptedException {
    List<CreateLoad.Answered> answers = load.answers();
    List<String> refusals = load.refusals();
    if (!refusals.isEmpty()) {
      problems.add(
          "%d requests failed, the first so: %s".formatted(refusals.size(), refusals.getFirst()));
    }
    String failure = hosts.tally().failure.get();
    if (failure != null) {
      problems.add(failure);
    }
    ClusterReport.Checks checks =
        StoredCluster.read(zooKeeper, READ_PATIENCE).compare(answers, refusals.size());
    problems.addAll(checks.problems());
    TransactionLog log = TransactionLog.read(folder.resolve("zookeeper-1"));
    long committed = log.commits().stream().mapToLong(TransactionLog.LeaderCommit::bytes).sum();
    int domains = Math.max(1, answers.size());
    return new ClusterReport(
        new ClusterReport.Setup(
            system.getName() + " " + system.getVersion() + " " + system.getArch(),
            system.getAvailableProcessors(),
            loadAverage,
            Runtime.version().toString(),
            size.hosts(),
            size.sessions(),
            size.leaseTimeout().toMillis() / 1e3,
            size.zookeepers(),
            fileSystem(),
            size.connections(),
            size.inFlight(),
            size.takenUp(),
            size.warmUpSeconds(),
            size.seconds()),
        ClusterReport.Throughput.of(answers, fromNs, size.seconds()),
        ClusterReport.Latency.of(answers, fromNs, size.seconds()),
        ClusterReport.Commits.of(log.commits()),
        new ClusterReport.Writes(
            log.transactions(),
            log.bytes(),
            (double) committed / domains,
            (double) log.bytes() / domains,
            hosts.tally().proofs.get(),
            hosts.tally().checks.get()),
        processorSeconds,
        checks,
        problems);
  }

  private String fileSystem() throws BenchException {
    try {
      return Files.getFileStore(folder).type();
    } catch (IOException e) {
      throw new BenchException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private String startZooKeepers() throws BenchException, InterruptedException {
    StringBuilder members = new StringBuilder();
    if (size.zookeepers() > 1) {
      members.append("servers:\n");
      for (int id = 1; id <= size.zookeepers(); id++) {
        members.append(
            "  - id: %d%n    quorum: 127.0.0.1:%d%n    election: 127.0.0.1:%d%n"
                .formatted(id, freePort(), freePort()));
      }
    }
    List<Child> servers = new ArrayList<>();
    for (int id = 1; id <= size.zookeepers(); id++) {
      String name = "zookeeper-" + id;
      String config = "listen: 127.0.0.1:0\ndata: %s\n".formatted(folder.resolve(name));
      if (size.zookeepers() > 1) {
        config += "id: %d%n%s".formatted(id, members);
      }
      servers.add(start(name, "zookeeper", config));
    }
    List<String> endpoints = new ArrayList<>();
    for (Child server : servers) {
      endpoints.add(endpoint(server));
    }
    return String.join(",", endpoints);
  }

  private String startManager(String zooKeeper) throws BenchException, InterruptedException {
    return endpoint(
        start(
            "manager",
            "cluster-manager",
            "listen: 127.0.0.1:0\nzookeeper: %s\nsessionTimeout: 10s\n".formatted(zooKeeper)));
  }

  private Child start(String name, String verb, String config) throws BenchException {
    String launcher = System.getProperty("xenoserver.launcher");
    if (launcher == null) {
      throw new BenchException("the daemons are started by ./xeno, as this must be");
    }
    try {
      Path file = Files.writeString(folder.resolve(name + ".yaml"), config);
      Child child = children.start(name, List.of(launcher, verb, "--config", file.toString()));
      daemons.put(name, child);
      return child;
    } catch (IOException e) {
      throw new BenchException("%s cannot be configured: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static String endpoint(Child daemon) throws BenchException, InterruptedException {
    return daemon.await(LISTENS, "listening", START_PATIENCE).group(1);
  }

  private static int freePort() throws BenchException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BenchException("no port is free: " + e.getMessage(), e);
    }
  }

  private void connect(String manager) {
    for (int i = 0; i < size.connections(); i++) {
      channels.add(
          ManagedChannelBuilder.forTarget(manager)
              .usePlaintext()
              .directExecutor()
              .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
              .build());
    }
  }

  /** The manager read everything before it listened, so that it knows all hosts at once. */
  private void awaitHosts() throws BenchException {
    long up =
        HostServiceGrpc.newBlockingStub(channels.getFirst())
            .withDeadlineAfter(START_PATIENCE)
            .listHosts(ListHostsRequest.getDefaultInstance())
            .getHostsList()
            .stream()
            .map(Host::getState)
            .filter(HostState.HOST_STATE_UP::equals)
            .count();
    if (up != size.hosts()) {
      throw new BenchException("the manager shows %d of %d hosts".formatted(up, size.hosts()));
    }
  }

  private Map<String, Double> processorSeconds(OperatingSystemMXBean system) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    daemons.forEach((name, child) -> seconds.put(name, child.processorTime().toMillis() / 1e3));
    seconds.put("hosts and clients", system.getProcessCpuTime() / 1e9);
    return seconds;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    daemons.values().forEach(Child::close);
    children.close();
  }
}
