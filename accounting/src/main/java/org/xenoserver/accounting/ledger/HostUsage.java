package org.xenoserver.accounting.ledger;

import java.time.Instant;
import java.util.Map;

/**
 * What a domain has used on one host, over all its boots there.
 *
 * @param time of the newest record
 * @param exits returns from guest execution by kind
 */
public record HostUsage(
    String host,
    String domainUuid,
    String domainName,
    Instant time,
    long cpuNs,
    long waitNs,
    long retiredInstructions,
    long memoryByteSeconds,
    long diskReadOperations,
    long diskReadBytes,
    long diskWriteOperations,
    long diskWriteBytes,
    long diskFlushOperations,
    Map<String, Long> exits) {
  /** Copies the map, so that it never changes. */
  public HostUsage {
    exits = Map.copyOf(exits);
  }
}
