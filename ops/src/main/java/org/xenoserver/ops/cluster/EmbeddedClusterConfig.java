package org.xenoserver.ops.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xenoserver.proto.config.DataSize;

/**
 * How large an embedded cluster is and where it listens, on the loopback address. Port 0 lets the
 * system choose.
 *
 * @param hosts host agents, 1 to 64; they are called h1, h2, ...
 * @param managerPort of the manager's gRPC server
 * @param accountingPort of accounting's gRPC server
 * @param metricsPort of the HTTP server of {@code /metrics}
 * @param zooKeeperPort of the embedded ZooKeeper
 * @param processorsPerHost physical CPUs each host gives to its domains, at least 1
 * @param memoryPerHost guest RAM each host may promise
 * @param leaseTimeout after how long without a word a host is lost
 * @param data where the cluster's state is kept for the next start; null for a folder that is
 *     removed when the cluster is closed
 * @param imagesDirectory where images are; null for the user's cache folder
 */
public record EmbeddedClusterConfig(
    int hosts,
    int managerPort,
    int accountingPort,
    int metricsPort,
    int zooKeeperPort,
    int processorsPerHost,
    DataSize memoryPerHost,
    Duration leaseTimeout,
    @Nullable Path data,
    @Nullable Path imagesDirectory) {
  /** The most hosts of an embedded cluster. */
  public static final int MAX_HOSTS = 64;

  private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_PORT = 65_535;

  /** Checks the ranges. */
  public EmbeddedClusterConfig {
    if (hosts < 1 || hosts > MAX_HOSTS) {
      throw new IllegalArgumentException("hosts is %d; it must be 1 to 64".formatted(hosts));
    }
    checkPort("manager port", managerPort);
    checkPort("accounting port", accountingPort);
    checkPort("metrics port", metricsPort);
    checkPort("ZooKeeper port", zooKeeperPort);
    if (processorsPerHost < 1) {
      throw new IllegalArgumentException(
          "processors per host is %d; it must be at least 1".formatted(processorsPerHost));
    }
    if (memoryPerHost.bytes() == 0) {
      throw new IllegalArgumentException("memory per host is 0; it must be more");
    }
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("%s is %d; it must be 0 to 65535".formatted(name, port));
    }
  }

  /** On ports the system chooses, sharing this machine equally, forgotten when closed. */
  public static EmbeddedClusterConfig ofHosts(int hosts) {
    return new EmbeddedClusterConfig(
        hosts, 0, 0, 0, 0, processorShare(hosts), memoryShare(hosts), LEASE_TIMEOUT, null, null);
  }

  /** One host's equal share of this machine's CPUs, at least 1. */
  static int processorShare(int hosts) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / Math.max(1, hosts));
  }

  /** One host's equal share of three quarters of this machine's memory, in whole MiB. */
  static DataSize memoryShare(int hosts) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long share = system.getTotalMemorySize() / 4 * 3 / Math.max(1, hosts);
    return new DataSize(share >> 20 << 20);
  }

  /** The same with the state kept in a folder. */
  public EmbeddedClusterConfig withData(Path folder) {
    return new EmbeddedClusterConfig(
        hosts,
        managerPort,
        accountingPort,
        metricsPort,
        zooKeeperPort,
        processorsPerHost,
        memoryPerHost,
        leaseTimeout,
        folder,
        imagesDirectory);
  }
}
