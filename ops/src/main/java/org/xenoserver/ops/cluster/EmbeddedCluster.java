package org.xenoserver.ops.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xenoserver.accounting.Accounting;
import org.xenoserver.accounting.AccountingConfig;
import org.xenoserver.clustermanager.ClusterManager;
import org.xenoserver.clustermanager.ClusterManagerConfig;
import org.xenoserver.hostagent.HostAgent;
import org.xenoserver.hostagent.HostAgentConfig;
import org.xenoserver.hostagent.HypervisorFactory;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.vmm.domain.RunPermit;

/**
 * ZooKeeper, a manager, accounting and hosts in this process, talking to each other as they would
 * over a network. Closing it destroys the domains and stops all of it in order.
 */
public final class EmbeddedCluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedCluster.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration COLLECT_INTERVAL = Duration.ofSeconds(1);
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration READY_PATIENCE = Duration.ofSeconds(15);

  /** What to close, the first to be closed first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final List<Member> hosts = new ArrayList<>();
  private final Path data;
  private final boolean dataKept;
  private @Nullable Services services;

  private record Services(
      EmbeddedZooKeeper zooKeeper, ClusterManager manager, Accounting accounting) {}

  /**
   * A host of the cluster.
   *
   * @param name h1, h2, ...
   * @param agent where its agent serves gRPC
   */
  public record Member(String name, Endpoint agent) {}

  private EmbeddedCluster(Path data, boolean dataKept) {
    this.data = data;
    this.dataKept = dataKept;
  }

  /**
   * Starts a cluster.
   *
   * @param hypervisors makes the hypervisor of each host
   * @return when its manager shows all hosts up
   * @throws IOException with one sentence if it cannot be started; nothing is left running
   */
  public static EmbeddedCluster start(EmbeddedClusterConfig config, HypervisorFactory hypervisors)
      throws IOException, InterruptedException {
    Path kept = config.data();
    Path data = kept == null ? Files.createTempDirectory("xenoserver-") : kept;
    EmbeddedCluster cluster = new EmbeddedCluster(data, kept != null);
    boolean started = false;
    try {
      cluster.assemble(config, hypervisors);
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private void assemble(EmbeddedClusterConfig config, HypervisorFactory hypervisors)
      throws IOException, InterruptedException {
    EmbeddedZooKeeper zooKeeper =
        closing(EmbeddedZooKeeper.start(at(config.zooKeeperPort()), data.resolve("zookeeper")));
    String connection = zooKeeper.endpoint().toString();
    ClusterManager manager =
        closing(
            ClusterManager.start(
                new ClusterManagerConfig(
                    at(config.managerPort()), null, connection, config.leaseTimeout())));
    await(manager.ready(), "the manager is not ready");
    Accounting accounting =
        closing(
            Accounting.start(
                new AccountingConfig(
                    at(config.accountingPort()),
                    at(config.metricsPort()),
                    connection,
                    COLLECT_INTERVAL,
                    data.resolve("usage.sqlite")),
                InstantSource.system()));
    await(accounting.ready(), "accounting is not ready");
    services = new Services(zooKeeper, manager, accounting);
    List<HostAgent> agents = new ArrayList<>();
    parts.push(() -> closeTogether(agents));
    for (int i = 1; i <= config.hosts(); i++) {
      start("h" + i, config, connection, hypervisors, agents);
    }
    if (!manager.awaitHosts(config.hosts(), READY_PATIENCE)) {
      throw new IOException(
          "not all %d hosts were up within %d s"
              .formatted(config.hosts(), READY_PATIENCE.toSeconds()));
    }
  }

  private void start(
      String name,
      EmbeddedClusterConfig config,
      String connection,
      HypervisorFactory hypervisors,
      List<HostAgent> agents)
      throws IOException, InterruptedException {
    HostAgentConfig settings =
        new HostAgentConfig(
            name,
            at(0),
            null,
            connection,
            config.leaseTimeout(),
            config.processorsPerHost(),
            config.memoryPerHost(),
            config.imagesDirectory());
    RunPermit permit = settings.permit();
    HostAgent agent =
        new HostAgent(
            settings,
            hypervisors.create(config.processorsPerHost(), config.memoryPerHost().bytes(), permit),
            permit,
            InstantSource.system());
    agents.add(agent);
    agent.start();
    await(agent.joined(), "host %s has not joined the cluster".formatted(name));
    hosts.add(new Member(name, agent.endpoint()));
  }

  private static void await(CompletableFuture<?> ready, String late)
      throws IOException, InterruptedException {
    try {
      ready.get(START_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("%s within %d s".formatted(late, START_PATIENCE.toSeconds()), e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    }
  }

  private static Endpoint at(int port) {
    return new Endpoint(LOOPBACK, port);
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  private static void closeTogether(List<HostAgent> agents) {
    try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
      agents.forEach(agent -> closers.execute(agent::close));
    }
  }

  private Services services() {
    if (services == null) {
      throw new IllegalStateException("the cluster is not started");
    }
    return services;
  }

  /** Where the manager serves gRPC. */
  public Endpoint manager() {
    return services().manager().endpoint();
  }

  /** Where accounting serves gRPC. */
  public Endpoint accounting() {
    return services().accounting().endpoint();
  }

  /** Where metrics are served in OpenMetrics format. */
  public String metricsUrl() {
    return "http://" + services().accounting().metricsEndpoint() + "/metrics";
  }

  /** Where ZooKeeper listens. */
  public Endpoint zooKeeper() {
    return services().zooKeeper().endpoint();
  }

  /** The hosts, in the order of their numbers. */
  public List<Member> hosts() {
    return List.copyOf(hosts);
  }

  /** The folder that holds the cluster's state. */
  public Path data() {
    return data;
  }

  /** Whether that folder stays when the cluster is closed. */
  public boolean dataKept() {
    return dataKept;
  }

  /**
   * Destroys all domains and stops the hosts, accounting (with the hosts' last figures), the
   * manager and ZooKeeper. Idempotent.
   */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("a part of the cluster did not close: {}", e.toString());
      }
    }
    if (!dataKept) {
      removeData();
    }
  }

  private void removeData() {
    try (Stream<Path> files = Files.exists(data) ? Files.walk(data) : Stream.empty()) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.warn("{} was not removed: {}", data, e.getMessage());
    }
  }
}
