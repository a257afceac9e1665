package org.xenoserver.vmm.domain;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The domains of one host and the processors they share. Safe from any thread. */
public interface Hypervisor extends AutoCloseable {
  /**
   * Checks a specification and takes it in as {@link DomainState#DEFINED}.
   *
   * @throws DomainException if a file is missing or unreadable, memory does not fit the host, or
   *     the name or UUID is taken
   */
  Domain define(DomainSpec spec) throws DomainException;

  /** Checks a specification as {@link #define} would, changing nothing. */
  void check(DomainSpec spec) throws DomainException;

  /** A domain by its UUID. */
  Optional<Domain> find(UUID uuid);

  /** All domains, in the order they were defined. */
  List<Domain> list();

  /** What this host has to give. */
  HostResources resources();

  /** Destroys every domain and stops the processors. */
  @Override
  void close();

  /**
   * A host's resources.
   *
   * @param processors physical CPUs given to domains
   * @param memoryBytes guest RAM that may be promised in all
   * @param memoryFreeBytes guest RAM not promised to a defined or running domain
   */
  record HostResources(int processors, long memoryBytes, long memoryFreeBytes) {}
}
