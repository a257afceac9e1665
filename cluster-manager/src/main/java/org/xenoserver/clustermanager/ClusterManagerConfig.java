package org.xenoserver.clustermanager;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.xenoserver.clustermanager.control.ControlSettings;
import org.xenoserver.clustermanager.placement.Overcommit;
import org.xenoserver.clustermanager.placement.Policy;
import org.xenoserver.proto.config.Default;
import org.xenoserver.proto.config.Endpoint;

/**
 * What a cluster manager is told.
 *
 * @param listen where it serves gRPC; port 0 lets the system choose
 * @param advertise where other managers reach it; without it, where it listens. Its port 0 stands
 *     for the port it listens on
 * @param zookeeper host:port, several separated by commas
 * @param sessionTimeout after this long without a word from it, another manager leads; 1 to 60
 *     seconds
 * @param policy which hosts are liked: pack, spread or balance
 * @param vcpuOvercommit virtual CPUs promised per processor, 1 to 1000
 * @param reserveHosts for the loss of how many hosts creations leave room, 0 or 1
 * @param failoverMargin how long a host's lease must be gone before its domains go elsewhere, up to
 *     1 minute
 * @param preemption whether a creation that fits nowhere evicts domains of lower priority
 */
public record ClusterManagerConfig(
    @Default("127.0.0.1:7070") Endpoint listen,
    @Nullable Endpoint advertise,
    String zookeeper,
    @Default("3s") Duration sessionTimeout,
    @Default("spread") String policy,
    @Default("16") int vcpuOvercommit,
    @Default("0") int reserveHosts,
    @Default("500ms") Duration failoverMargin,
    @Default("false") boolean preemption) {
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
  private static final int MOST_OVERCOMMIT = 1_000;
  private static final Duration MIN_SESSION = Duration.ofSeconds(1);
  private static final Duration MAX_SESSION = Duration.ofMinutes(1);

  /** A manager with the usual placement and margin. */
  public ClusterManagerConfig(
      Endpoint listen, @Nullable Endpoint advertise, String zookeeper, Duration sessionTimeout) {
    this(
        listen,
        advertise,
        zookeeper,
        sessionTimeout,
        "spread",
        16,
        0,
        Duration.ofMillis(500),
        false);
  }

  /** Checks the rules between the keys. */
  public ClusterManagerConfig {
    if (advertise == null && WILDCARDS.contains(listen.host())) {
      throw new IllegalArgumentException(
          "advertise is missing; it must be given when listen is the wildcard address "
              + listen.host());
    }
    var _ = Endpoint.parseList("zookeeper", zookeeper);
    if (sessionTimeout.compareTo(MIN_SESSION) < 0 || sessionTimeout.compareTo(MAX_SESSION) > 0) {
      throw new IllegalArgumentException(
          "sessionTimeout is %d ms; it must be 1s to 1m".formatted(sessionTimeout.toMillis()));
    }
    if (Policy.ALL.stream().noneMatch(known -> known.name().equals(policy))) {
      throw new IllegalArgumentException(
          "policy is '%s'; it must be pack, spread or balance".formatted(policy));
    }
    if (vcpuOvercommit < 1 || vcpuOvercommit > MOST_OVERCOMMIT) {
      throw new IllegalArgumentException(
          "vcpuOvercommit is %d; it must be 1 to %d".formatted(vcpuOvercommit, MOST_OVERCOMMIT));
    }
    if (reserveHosts < 0 || reserveHosts > 1) {
      throw new IllegalArgumentException(
          "reserveHosts is %d; it must be 0 or 1".formatted(reserveHosts));
    }
    if (failoverMargin.isNegative() || failoverMargin.compareTo(MAX_SESSION) > 0) {
      throw new IllegalArgumentException(
          "failoverMargin is %d ms; it must be at most 1m".formatted(failoverMargin.toMillis()));
    }
  }

  /**
   * What the control plane is told.
   *
   * @param process names this process apart from every other
   */
  ControlSettings control(String address, UUID process) {
    ControlSettings.Recovery standard = ControlSettings.Recovery.STANDARD;
    ControlSettings settings =
        ControlSettings.of(address, process.toString(), process.getLeastSignificantBits());
    return new ControlSettings(
        address,
        process.toString(),
        new ControlSettings.Placement(
            Policy.named(policy),
            new Overcommit(vcpuOvercommit, 1, 1),
            reserveHosts,
            process.getLeastSignificantBits(),
            preemption),
        new ControlSettings.Recovery(
            failoverMargin,
            standard.restartFirst(),
            standard.restartLongest(),
            standard.restartReset(),
            standard.followPatience(),
            standard.drainParallelism()),
        settings.retention(),
        true);
  }

  /** Where other managers reach it once it listens. */
  Endpoint advertised(Endpoint listening) {
    Endpoint asked = advertise;
    if (asked == null) {
      return listening;
    }
    return asked.port() == 0 ? asked.withPort(listening.port()) : asked;
  }
}
