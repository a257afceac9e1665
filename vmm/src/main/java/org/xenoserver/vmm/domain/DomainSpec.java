package org.xenoserver.vmm.domain;

import java.util.List;
import java.util.UUID;

/**
 * What an operator asks for.
 *
 * @param memoryBytes guest RAM, a multiple of 4096
 * @param vcpus harts, 1 to 128
 */
public record DomainSpec(
    UUID uuid,
    String name,
    long memoryBytes,
    int vcpus,
    BootSpec boot,
    List<DiskSpec> disks,
    SchedulingSpec scheduling) {
  /** Copies the lists, so that a specification never changes. */
  public DomainSpec {
    disks = List.copyOf(disks);
  }
}
