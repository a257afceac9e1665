package org.xenoserver.hostagent;

import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.domain.RunPermit;

/** Makes the hypervisor of a host. */
@FunctionalInterface
public interface HypervisorFactory {
  /**
   * Makes a hypervisor without domains.
   *
   * @param processors physical CPUs it gives to domains, at least 1
   * @param memoryBytes guest RAM it may promise in all
   * @param permit until when its domains may run
   */
  Hypervisor create(int processors, long memoryBytes, RunPermit permit);
}
