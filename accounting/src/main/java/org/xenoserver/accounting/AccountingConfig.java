package org.xenoserver.accounting;

import java.nio.file.Path;
import java.time.Duration;
import org.xenoserver.proto.config.Default;
import org.xenoserver.proto.config.Endpoint;

/**
 * Configuration of accounting.
 *
 * @param listen where the gRPC server listens; port 0 lets the system choose
 * @param metricsListen where {@code /metrics} and {@code /healthz} are served over HTTP
 * @param zookeeper ZooKeeper's {@code host:port[,host:port...]}
 * @param collectInterval between two reports of a host, 100 ms to 1 h
 * @param ledger the SQLite file that keeps usage, in a folder that exists; {@code :memory:} keeps
 *     it no longer than the process
 */
public record AccountingConfig(
    Endpoint listen,
    Endpoint metricsListen,
    String zookeeper,
    @Default("1s") Duration collectInterval,
    Path ledger) {
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_INTERVAL = Duration.ofHours(1);

  /** Checks the ranges. */
  public AccountingConfig {
    var _ = Endpoint.parseList("zookeeper", zookeeper);
    if (collectInterval.compareTo(MIN_INTERVAL) < 0
        || collectInterval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "collectInterval is " + collectInterval.toMillis() + "ms; it must be 100ms to 1h");
    }
  }
}
