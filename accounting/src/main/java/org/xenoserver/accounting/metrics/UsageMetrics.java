package org.xenoserver.accounting.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.xenoserver.accounting.collect.Collector;
import org.xenoserver.accounting.ledger.HostUsage;
import org.xenoserver.accounting.ledger.Ledger;
import org.xenoserver.accounting.ledger.LedgerException;
import org.xenoserver.proto.BuildVersion;

/**
 * The ledger as metrics: what {@code ListUsage} tells, by host. A domain that no host has reported
 * for {@link #SHOWN_FOR} is left out, so that a scrape does not grow with every domain there ever
 * was.
 */
public final class UsageMetrics {
  /** How long after its last report a domain is still shown. */
  public static final Duration SHOWN_FOR = Duration.ofDays(1);

  private final Ledger ledger;
  private final Collector collector;
  private final InstantSource clock;

  /** Metrics of a ledger and of the hosts it is collected from. */
  public UsageMetrics(Ledger ledger, Collector collector, InstantSource clock) {
    this.ledger = ledger;
    this.collector = collector;
    this.clock = clock;
  }

  /** The metrics now. */
  MetricSnapshots snapshot() throws LedgerException {
    var oldest = clock.instant().minus(SHOWN_FOR);
    List<HostUsage> usage =
        ledger.usage().stream().filter(part -> part.time().isAfter(oldest)).toList();
    // The client appends _total to counters and _info to info metrics by itself.
    return MetricSnapshots.of(
        counter(
            "cpu_seconds",
            "Processor time the domain's virtual CPUs held.",
            Unit.SECONDS,
            usage,
            part -> Unit.nanosToSeconds(part.cpuNs())),
        counter(
            "steal_seconds",
            "Time the domain's virtual CPUs were runnable without a processor.",
            Unit.SECONDS,
            usage,
            part -> Unit.nanosToSeconds(part.waitNs())),
        counter(
            "instructions_retired",
            "Guest instructions executed.",
            null,
            usage,
            HostUsage::retiredInstructions),
        counter(
            "memory_byte_seconds",
            "Guest memory held, integrated over time.",
            null,
            usage,
            HostUsage::memoryByteSeconds),
        counter(
            "disk_read_bytes",
            "Bytes read from disks.",
            Unit.BYTES,
            usage,
            HostUsage::diskReadBytes),
        counter(
            "disk_read_operations",
            "Read requests to disks.",
            null,
            usage,
            HostUsage::diskReadOperations),
        counter(
            "disk_write_bytes",
            "Bytes written to disks.",
            Unit.BYTES,
            usage,
            HostUsage::diskWriteBytes),
        counter(
            "disk_write_operations",
            "Write requests to disks.",
            null,
            usage,
            HostUsage::diskWriteOperations),
        counter(
            "disk_flush_operations",
            "Flush requests to disks.",
            null,
            usage,
            HostUsage::diskFlushOperations),
        exits(usage),
        hosts(),
        build());
  }

  private static CounterSnapshot counter(
      String name,
      String help,
      @Nullable Unit unit,
      List<HostUsage> usage,
      ToDoubleFunction<HostUsage> figure) {
    CounterSnapshot.Builder metric =
        CounterSnapshot.builder().name("xenoserver_domain_" + name).help(help);
    if (unit != null) {
      metric.unit(unit);
    }
    for (HostUsage part : usage) {
      metric.dataPoint(point(labels(part), figure.applyAsDouble(part)));
    }
    return metric.build();
  }

  private static CounterSnapshot exits(List<HostUsage> usage) {
    CounterSnapshot.Builder metric =
        CounterSnapshot.builder()
            .name("xenoserver_domain_exits")
            .help("Returns from guest execution, by kind.");
    for (HostUsage part : usage) {
      for (Map.Entry<String, Long> kind : part.exits().entrySet()) {
        metric.dataPoint(point(labels(part).add("kind", kind.getKey()), kind.getValue()));
      }
    }
    return metric.build();
  }

  private GaugeSnapshot hosts() {
    GaugeSnapshot.Builder metric =
        GaugeSnapshot.builder()
            .name("xenoserver_host_up")
            .help("Whether the host's agent reports usage: 1 or 0.");
    collector
        .up()
        .forEach((host, up) ->
            metric.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("host", host))
                    .value(up ? 1 : 0)
                    .build()));
    return metric.build();
  }

  private static InfoSnapshot build() {
    return InfoSnapshot.builder()
        .name("xenoserver_build")
        .help("The release of accounting.")
        .dataPoint(
            InfoDataPointSnapshot.builder()
                .labels(Labels.of("version", BuildVersion.CURRENT))
                .build())
        .build();
  }

  private static Labels labels(HostUsage part) {
    return Labels.of("domain", part.domainName(), "uuid", part.domainUuid(), "host", part.host());
  }

  private static CounterDataPointSnapshot point(Labels labels, double value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
