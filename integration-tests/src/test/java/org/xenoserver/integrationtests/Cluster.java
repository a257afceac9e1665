package org.xenoserver.integrationtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.xenoserver.proto.ZooKeeperLayout;

/** ZooKeeper, a manager, accounting and two hosts, each a process with a configuration file. */
final class Cluster implements AutoCloseable {
  static final List<String> HOSTS = List.of("alpha", "beta");
  static final Duration LEASE = Duration.ofSeconds(3);

  /** The guest RAM of each host. */
  static final long HOST_MEMORY_BYTES = 1L << 30;

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENS =
      Pattern.compile("listens on (\\S+:\\d+)(?:, metrics on (\\S+))?");

  private final Path folder;
  private final Map<String, XenoProcess> daemons = new HashMap<>();
  private final Map<String, String> addresses = new HashMap<>();
  private final CuratorFramework store;
  private String metrics = "";

  private Cluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    write("zookeeper", "listen: 127.0.0.1:0\ndata: " + folder.resolve("zookeeper"));
    start("zookeeper");
    String zooKeeper = "zookeeper: " + address("zookeeper");
    write(
        "cluster-manager",
        "listen: 127.0.0.1:%d\nsessionTimeout: 2s\n%s".formatted(freePort(), zooKeeper));
    write(
        "accounting",
        """
        listen: 127.0.0.1:0
        metricsListen: 127.0.0.1:0
        collectInterval: 500ms
        ledger: %s
        %s\
        """
            .formatted(folder.resolve("usage.db"), zooKeeper));
    for (String host : HOSTS) {
      write(
          host,
          """
          name: %s
          listen: 127.0.0.1:0
          leaseTimeout: %ds
          processors: 1
          memory: %dM
          %s\
          """
              .formatted(host, LEASE.toSeconds(), HOST_MEMORY_BYTES >> 20, zooKeeper));
    }
    store =
        CuratorFrameworkFactory.builder()
            .connectString(address("zookeeper"))
            .namespace(ZooKeeperLayout.NAMESPACE)
            .retryPolicy(new RetryOneTime(100))
            .build();
    store.start();
  }

  /** Starts all of it with its files in a folder. */
  static Cluster start(Path folder) throws IOException, InterruptedException {
    Cluster cluster = new Cluster(folder);
    boolean started = false;
    try {
      cluster.start("cluster-manager");
      cluster.start("accounting");
      for (String host : HOSTS) {
        cluster.start(host);
      }
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  /** Starts a daemon that does not run, and waits until it listens. */
  void start(String daemon) throws IOException, InterruptedException {
    String command = HOSTS.contains(daemon) ? "host-agent" : daemon;
    XenoProcess process = XenoProcess.start(command, "--config", configuration(daemon).toString());
    daemons.put(daemon, process);
    MatchResult listens = process.output().await(LISTENS, START_PATIENCE);
    addresses.put(daemon, listens.group(1));
    if (listens.group(2) != null) {
      metrics = listens.group(2);
    }
  }

  /** A daemon's configuration file. */
  Path configuration(String daemon) {
    return folder.resolve(daemon + ".yaml");
  }

  /** The process of a daemon that runs, or has ended. */
  XenoProcess daemon(String daemon) {
    XenoProcess process = daemons.get(daemon);
    if (process == null) {
      throw new IllegalArgumentException("there is no daemon " + daemon);
    }
    return process;
  }

  /** Where a daemon listens. */
  String address(String daemon) {
    String address = addresses.get(daemon);
    if (address == null) {
      throw new IllegalArgumentException(daemon + " has not been started");
    }
    return address;
  }

  /** Where accounting serves metrics. */
  String metrics() {
    return metrics;
  }

  /** A client of a daemon that knows nothing of its API. */
  ForeignClient connect(String daemon) {
    return new ForeignClient(address(daemon));
  }

  /** All paths in ZooKeeper below ours with their values' versions, but for leases and leaders. */
  Map<String, Integer> tree() throws Exception {
    Map<String, Integer> tree = new TreeMap<>();
    for (String top :
        List.of(ZooKeeperLayout.DOMAINS, ZooKeeperLayout.ASSIGNMENTS, ZooKeeperLayout.STATUS)) {
      collect(top, tree);
    }
    return tree;
  }

  private void collect(String path, Map<String, Integer> tree) throws Exception {
    var node = store.checkExists().forPath(path);
    if (node == null) {
      return;
    }
    tree.put(path, node.getVersion());
    for (String child : store.getChildren().forPath(path)) {
      collect(path + "/" + child, tree);
    }
  }

  /** For the manager, whose address does not change with a restart. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void write(String daemon, String configuration) throws IOException {
    Files.writeString(configuration(daemon), configuration + "\n");
  }

  /** Ends all of it. */
  @Override
  public void close() {
    store.close();
    daemons.values().forEach(XenoProcess::close);
  }
}
