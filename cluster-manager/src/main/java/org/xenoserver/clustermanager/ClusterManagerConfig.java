package org.xenoserver.clustermanager;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
 */
public record ClusterManagerConfig(
    @Default("127.0.0.1:7070") Endpoint listen,
    @Nullable Endpoint advertise,
    String zookeeper,
    @Default("5s") Duration sessionTimeout) {
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
  private static final Duration MIN_SESSION = Duration.ofSeconds(1);
  private static final Duration MAX_SESSION = Duration.ofMinutes(1);

  /** Checks the rules between the keys. */
  public ClusterManagerConfig {
    if (advertise == null && WILDCARDS.contains(listen.host())) {
      throw new IllegalArgumentException(
          "advertise is missing; it must be given when listen is the wildcard address "
              + listen.host());
    }
    if (zookeeper.isBlank()) {
      throw new IllegalArgumentException("zookeeper is empty; it must be host:port");
    }
    for (String server : zookeeper.split(",", -1)) {
      try {
        Endpoint.parse(server.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("zookeeper: " + e.getMessage(), e);
      }
    }
    if (sessionTimeout.compareTo(MIN_SESSION) < 0 || sessionTimeout.compareTo(MAX_SESSION) > 0) {
      throw new IllegalArgumentException(
          "sessionTimeout is %d ms; it must be 1s to 1m".formatted(sessionTimeout.toMillis()));
    }
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
