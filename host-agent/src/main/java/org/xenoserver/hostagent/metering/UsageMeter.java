package org.xenoserver.hostagent.metering;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.xenoserver.hostagent.domains.HostDomain;
import org.xenoserver.hostagent.domains.HostDomains;
import org.xenoserver.proto.v1.UsageRecord;
import org.xenoserver.proto.v1.UsageReport;
import org.xenoserver.vmm.domain.DomainCounters;

/**
 * Reads the counters of the host's domains. A record with a higher sequence of the same boot never
 * holds a lower figure. The last record of a destroyed domain is kept for {@link #KEPT_FOR}, at
 * most {@link #KEPT_RECORDS} of them, so that a collector that was away misses nothing.
 */
public final class UsageMeter {
  /** How long the last record of a destroyed domain is kept at least, while there is room. */
  public static final Duration KEPT_FOR = Duration.ofMinutes(15);

  /** How many last records are kept at most; the oldest goes first. */
  public static final int KEPT_RECORDS = 10_000;

  private final String host;
  private final HostDomains domains;
  private final InstantSource clock;

  /** Guards sequences and last records, so that figures are read in the order of sequences. */
  private final ReentrantLock meterLock = new ReentrantLock();

  private final Map<UUID, Long> sequences = new HashMap<>();
  private final ArrayDeque<Last> lasts = new ArrayDeque<>();
  private long lastNumber;

  // A domain is taken from the list before its last record is kept, and a report reads the list
  // under the lock: a record after the last one cannot be.

  /** Meters the domains of a host from now on. */
  public UsageMeter(String host, HostDomains domains, InstantSource clock) {
    this.host = host;
    this.domains = domains;
    this.clock = clock;
    domains.onEnd(this::keepLast);
  }

  /** A reader that is given each last record once, beginning with the oldest kept. */
  public Reader reader() {
    return new Reader();
  }

  /** One collector's place in the last records. Owned by one thread at a time. */
  public final class Reader {
    private long seen;

    private Reader() {}

    /** The counters of every domain that was started, and the last records not given before. */
    public UsageReport report() {
      UsageReport.Builder report = UsageReport.newBuilder().setHost(host);
      meterLock.lock();
      try {
        Instant now = clock.instant();
        forgetOld(now);
        for (Last last : lasts) {
          if (last.number() > seen) {
            report.addRecords(last.record());
          }
        }
        seen = lastNumber;
        for (HostDomain domain : domains.list()) {
          @Nullable UsageRecord record = record(domain, now);
          if (record != null) {
            report.addRecords(record);
          }
        }
      } finally {
        meterLock.unlock();
      }
      return report.build();
    }
  }

  private void keepLast(HostDomain domain) {
    meterLock.lock();
    try {
      Instant now = clock.instant();
      forgetOld(now);
      @Nullable UsageRecord record = record(domain, now);
      if (record != null) {
        if (lasts.size() == KEPT_RECORDS) {
          lasts.removeFirst();
        }
        lasts.addLast(new Last(++lastNumber, now, record));
        sequences.remove(domain.boot());
      }
    } finally {
      meterLock.unlock();
    }
  }

  private @Nullable UsageRecord record(HostDomain domain, Instant now) {
    @Nullable UUID boot = domain.boot();
    if (boot == null) {
      return null;
    }
    DomainCounters counters = domain.counters();
    return UsageRecord.newBuilder()
        .setHost(host)
        .setDomainUuid(domain.uuid().toString())
        .setDomainName(domain.name())
        .setBootId(boot.toString())
        .setSequence(sequences.merge(boot, 1L, Long::sum))
        .setTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
        .setCpuNs(counters.cpuNs())
        .setWaitNs(counters.waitNs())
        .setRetiredInstructions(counters.retiredInstructions())
        .setMemoryByteSeconds(counters.memoryByteSeconds())
        .setDiskReadOperations(counters.diskReadOperations())
        .setDiskReadBytes(counters.diskReadBytes())
        .setDiskWriteOperations(counters.diskWriteOperations())
        .setDiskWriteBytes(counters.diskWriteBytes())
        .setDiskFlushOperations(counters.diskFlushOperations())
        .putAllExits(counters.exits())
        .build();
  }

  private void forgetOld(Instant now) {
    Instant limit = now.minus(KEPT_FOR);
    while (!lasts.isEmpty() && lasts.getFirst().at().isBefore(limit)) {
      lasts.removeFirst();
    }
  }

  private record Last(long number, Instant at, UsageRecord record) {}
}
