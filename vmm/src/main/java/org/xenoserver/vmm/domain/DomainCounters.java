package org.xenoserver.vmm.domain;

import java.util.Map;

/**
 * What a domain has used since it was started; every figure only grows.
 *
 * @param cpuNs time its vCPUs held a processor
 * @param waitNs time its vCPUs were runnable but did not hold one (steal time)
 * @param retiredInstructions guest instructions of all vCPUs
 * @param memoryByteSeconds RAM held, integrated over time
 * @param exits returns from guest execution by kind (for example mmio, sbi, wfi, preempted)
 */
public record DomainCounters(
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
  /** Copies the map, so that a snapshot never changes. */
  public DomainCounters {
    exits = Map.copyOf(exits);
  }
}
