package org.xenoserver.hostagent;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.hostagent.domains.Names;
import org.xenoserver.proto.config.DataSize;
import org.xenoserver.proto.config.Default;
import org.xenoserver.proto.config.Endpoint;
import org.xenoserver.proto.config.ImagesFolder;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.time.Clock;

/**
 * Configuration of a host agent.
 *
 * @param name the host's name, unique in the cluster
 * @param listen where the gRPC server listens; port 0 lets the system choose
 * @param advertise where others reach that server; by default where it listens, or the machine's
 *     host name if it listens on all addresses
 * @param zookeeper ZooKeeper's {@code host:port[,host:port...]}; without it the agent stands alone
 * @param leaseTimeout after how long without contact the cluster gives the host up, 1 to 60 s
 * @param processors physical CPUs given to domains; by default all of the host
 * @param memory guest RAM that may be promised; by default three quarters of the host's
 * @param imagesDirectory where images are; by default in the user's cache folder
 * @param labels {@code key=value} each; what selectors of domains look at
 * @param failureDomain what the host can fail with, outermost first, at most 8 names
 * @param disk room for domains' disks; without it, it is not looked at
 */
public record HostAgentConfig(
    String name,
    Endpoint listen,
    @Nullable Endpoint advertise,
    @Nullable String zookeeper,
    @Default("5s") Duration leaseTimeout,
    @Nullable Integer processors,
    @Nullable DataSize memory,
    @Nullable Path imagesDirectory,
    List<String> labels,
    List<String> failureDomain,
    @Nullable DataSize disk) {
  private static final Duration MIN_LEASE = Duration.ofSeconds(1);
  private static final Duration MAX_LEASE = Duration.ofSeconds(60);
  private static final int MAX_PROCESSORS = 1024;
  private static final long MIN_MEMORY_BYTES = 4096;
  private static final int MOST_FAILURE_DOMAINS = 8;

  /** A host without labels, failure domain and disk. */
  public HostAgentConfig(
      String name,
      Endpoint listen,
      @Nullable Endpoint advertise,
      @Nullable String zookeeper,
      Duration leaseTimeout,
      @Nullable Integer processors,
      @Nullable DataSize memory,
      @Nullable Path imagesDirectory) {
    this(
        name,
        listen,
        advertise,
        zookeeper,
        leaseTimeout,
        processors,
        memory,
        imagesDirectory,
        List.of(),
        List.of(),
        null);
  }

  /** Checks the ranges. */
  public HostAgentConfig {
    if (!Names.isName(name)) {
      throw new IllegalArgumentException("name is '" + name + "'; it must be " + Names.RULE);
    }
    if (leaseTimeout.compareTo(MIN_LEASE) < 0 || leaseTimeout.compareTo(MAX_LEASE) > 0) {
      throw new IllegalArgumentException(
          "leaseTimeout is " + leaseTimeout.toMillis() + "ms; it must be 1s to 60s");
    }
    if (processors != null && (processors < 1 || processors > MAX_PROCESSORS)) {
      throw new IllegalArgumentException(
          "processors is " + processors + "; it must be 1 to " + MAX_PROCESSORS);
    }
    if (memory != null && memory.bytes() < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException("memory is " + memory + "; it must be at least 4K");
    }
    if (advertise != null && advertise.port() == 0) {
      throw new IllegalArgumentException("advertise has port 0; it must be 1 to 65535");
    }
    if (zookeeper != null) {
      var _ = Endpoint.parseList("zookeeper", zookeeper);
    }
    for (String label : labels) {
      if (label.indexOf('=') < 1) {
        throw new IllegalArgumentException("labels has '" + label + "'; each must be key=value");
      }
    }
    if (failureDomain.size() > MOST_FAILURE_DOMAINS) {
      throw new IllegalArgumentException(
          "failureDomain has " + failureDomain.size() + " names; it must be at most 8");
    }
  }

  /** Until when domains may run: without a cluster always, else not before it is proven. */
  public RunPermit permit() {
    return zookeeper == null ? RunPermit.unlimited() : RunPermit.untilProven(Clock.system());
  }

  /** The labels by key; of equal keys the last. */
  Map<String, String> labelMap() {
    Map<String, String> byKey = new LinkedHashMap<>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      byKey.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return byKey;
  }

  long diskBytes() {
    return disk == null ? 0 : disk.bytes();
  }

  int processorsOrDefault() {
    return processors == null ? Runtime.getRuntime().availableProcessors() : processors;
  }

  long memoryBytesOrDefault() {
    if (memory != null) {
      return memory.bytes();
    }
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getTotalMemorySize() / 4 * 3;
  }

  Path imagesDirectoryOrDefault() {
    return imagesDirectory == null ? ImagesFolder.ofUser(System.getenv()) : imagesDirectory;
  }

  /** Where others reach the server that listens there. */
  Endpoint advertised(Endpoint listening) {
    if (advertise != null) {
      return advertise;
    }
    if (!listening.host().equals("0.0.0.0") && !listening.host().equals("::")) {
      return listening;
    }
    try {
      return new Endpoint(InetAddress.getLocalHost().getHostName(), listening.port());
    } catch (UnknownHostException e) {
      return new Endpoint("localhost", listening.port());
    }
  }
}
