package org.xenoserver.vmm.hypervisor;

import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.time.Clock;

/**
 * What a host gives to domains.
 *
 * @param processors physical CPUs, at least 1
 * @param memoryBytes guest RAM that may be promised in all, at least 4096
 * @param clock the clock of slices, timers and metering
 * @param permit until when domains may run, on that clock
 */
public record HypervisorConfig(int processors, long memoryBytes, Clock clock, RunPermit permit) {
  /** Refuses what no host can have. */
  public HypervisorConfig {
    if (processors < 1) {
      throw new IllegalArgumentException("processors must be at least 1, not " + processors);
    }
    if (memoryBytes < 4096) {
      throw new IllegalArgumentException("memoryBytes must be at least 4096, not " + memoryBytes);
    }
  }
}
