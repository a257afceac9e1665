package org.xenoserver.integrationtests.faults;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.xenoserver.integrationtests.XenoProcess;

/**
 * Three ZooKeeper servers, two managers and four hosts, each a process on a node of its own. What
 * can be done to them is done by one thread; asking is safe from any.
 */
final class FaultCluster implements AutoCloseable {
  static final List<String> ZOOKEEPERS = List.of("zk1", "zk2", "zk3");
  static final List<String> MANAGERS = List.of("manager1", "manager2");
  static final List<String> HOSTS = List.of("alpha", "beta", "gamma", "delta");
  static final Duration LEASE = Duration.ofSeconds(5);
  static final Duration MANAGER_SESSION = Duration.ofSeconds(2);

  private static final int CLIENT_PORT = 2181;
  private static final int QUORUM_PORT = 2888;
  private static final int ELECTION_PORT = 3888;
  private static final int MANAGER_PORT = 7070;
  private static final int AGENT_PORT = 7071;
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+:\\d+)");

  private final Path folder;
  private final FaultNetwork network;
  private final Map<String, XenoProcess> processes = new ConcurrentHashMap<>();
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private final List<XenoProcess> past = new ArrayList<>();

  private FaultCluster(Path folder, FaultNetwork network) {
    this.folder = folder;
    this.network = network;
    for (String manager : MANAGERS) {
      channels.put(manager, channel(network.address(manager), MANAGER_PORT));
    }
    for (String host : HOSTS) {
      channels.put(host, channel(network.outOfBand(host), AGENT_PORT));
    }
  }

  private static ManagedChannel channel(String address, int port) {
    return ManagedChannelBuilder.forAddress(address, port)
        .usePlaintext()
        .keepAliveTime(2, TimeUnit.SECONDS)
        .keepAliveTimeout(2, TimeUnit.SECONDS)
        .build();
  }

  /** Starts all of it with its files in a folder; returns when every process listens. */
  static FaultCluster start(Path folder) throws IOException, InterruptedException {
    List<String> nodes = Stream.of(ZOOKEEPERS, MANAGERS, HOSTS).flatMap(List::stream).toList();
    FaultCluster cluster = new FaultCluster(folder, FaultNetwork.create(nodes));
    boolean started = false;
    try {
      for (String node : nodes) {
        cluster.configure(node);
        cluster.launch(node);
      }
      for (String node : nodes) {
        cluster.awaitListening(node);
      }
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private void configure(String node) throws IOException {
    String zooKeeper =
        ZOOKEEPERS.stream()
            .map(server -> network.address(server) + ":" + CLIENT_PORT)
            .collect(Collectors.joining(","));
    String address = network.address(node);
    String configuration;
    if (ZOOKEEPERS.contains(node)) {
      String servers =
          ZOOKEEPERS.stream()
              .map(server ->
                  """
                    - id: %d
                      quorum: %s:%d
                      election: %s:%d
                  """
                      .formatted(
                          ZOOKEEPERS.indexOf(server) + 1,
                          network.address(server),
                          QUORUM_PORT,
                          network.address(server),
                          ELECTION_PORT))
              .collect(Collectors.joining());
      configuration =
          """
          listen: %s:%d
          data: %s
          id: %d
          servers:
          %s\
          """
              .formatted(
                  address,
                  CLIENT_PORT,
                  folder.resolve(node),
                  ZOOKEEPERS.indexOf(node) + 1,
                  servers.indent(2));
    } else if (MANAGERS.contains(node)) {
      configuration =
          """
          listen: %s:%d
          zookeeper: %s
          sessionTimeout: %ds
          """
              .formatted(address, MANAGER_PORT, zooKeeper, MANAGER_SESSION.toSeconds());
    } else {
      configuration =
          """
          name: %s
          listen: 0.0.0.0:%d
          advertise: %s:%d
          zookeeper: %s
          leaseTimeout: %ds
          processors: 1
          memory: 512M
          """
              .formatted(node, AGENT_PORT, address, AGENT_PORT, zooKeeper, LEASE.toSeconds());
    }
    Files.writeString(folder.resolve(node + ".yaml"), configuration);
  }

  private void launch(String node) throws IOException {
    String command =
        ZOOKEEPERS.contains(node)
            ? "zookeeper"
            : MANAGERS.contains(node) ? "cluster-manager" : "host-agent";
    List<String> options = new ArrayList<>(List.of("-Xmx128m", "-XX:+UseSerialGC"));
    if (!HOSTS.contains(node)) {
      options.add("-XX:TieredStopAtLevel=1"); // They start faster, and there are many of them.
    }
    XenoProcess process =
        XenoProcess.start(
            network.launcher(node),
            options,
            command,
            "--config",
            folder.resolve(node + ".yaml").toString());
    XenoProcess before = processes.put(node, process);
    if (before != null) {
      past.add(before);
    }
  }

  private void awaitListening(String node) throws InterruptedException {
    process(node).output().await(LISTENS, START_PATIENCE);
  }

  private XenoProcess process(String node) {
    XenoProcess process = processes.get(node);
    if (process == null) {
      throw new IllegalArgumentException("nothing runs on " + node);
    }
    return process;
  }

  FaultNetwork network() {
    return network;
  }

  Path folder() {
    return folder;
  }

  /** A channel to a manager, or out of band to a host's agent. */
  ManagedChannel channel(String node) {
    ManagedChannel channel = channels.get(node);
    if (channel == null) {
      throw new IllegalArgumentException("there is no channel to " + node);
    }
    return channel;
  }

  /** SIGKILL. */
  void kill(String node) throws InterruptedException {
    process(node).kill();
  }

  /** Starts what was killed again, not waiting for it to listen. */
  void restart(String node) throws IOException {
    launch(node);
  }

  /** SIGSTOP. */
  void suspend(String node) throws IOException, InterruptedException {
    signal(node, "STOP");
  }

  /**
   * SIGSTOP to a host in the middle of no write to a shared disk: the disk of one that is stopped
   * there can be taken from it only once it goes on or ends.
   */
  void suspendBetweenWrites(String host) throws IOException, InterruptedException {
    suspend(host);
    awaitStopped(host);
    while (OwnerLocks.areHeld(folder)) {
      resume(host);
      suspend(host);
      awaitStopped(host);
    }
  }

  /** Waits until no thread of a process that was sent SIGSTOP executes (proc_pid_stat(5)). */
  private void awaitStopped(String node) {
    Path threads = Path.of("/proc", Long.toString(process(node).pid()), "task");
    await()
        .atMost(STOP_PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .ignoreExceptionsInstanceOf(IOException.class) // A thread ended while it was looked at.
        .until(() -> {
          try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
              String stat = Files.readString(thread.resolve("stat"));
              if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                return false;
              }
            }
          }
          return true;
        });
  }

  /** SIGCONT. */
  void resume(String node) throws IOException, InterruptedException {
    signal(node, "CONT");
  }

  private void signal(String node, String signal) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process(node).pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("no process of " + node + " to send SIG" + signal);
    }
  }

  /** Nodes whose process has ended without having been killed by us, with its last words. */
  List<String> ended() {
    return processes.entrySet().stream()
        .filter(entry -> !entry.getValue().isAlive())
        .map(entry -> entry.getKey() + ": " + tail(entry.getValue().errors().all()))
        .toList();
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 2000));
  }

  /** Writes what the processes said to files in a folder, for who looks into a failure. */
  void keepLogs(Path into) throws IOException {
    Files.createDirectories(into);
    for (Map.Entry<String, XenoProcess> entry : processes.entrySet()) {
      XenoProcess process = entry.getValue();
      Files.writeString(
          into.resolve(entry.getKey() + ".log"),
          process.output().all() + "\n" + process.errors().all());
    }
    for (int i = 0; i < past.size(); i++) {
      Files.writeString(into.resolve("past-" + i + ".log"), past.get(i).errors().all());
    }
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    processes.values().forEach(XenoProcess::close);
    network.close();
  }
}
