package org.xenoserver.vmm.hypervisor;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainException.Code;
import org.xenoserver.vmm.domain.DomainSpec;

/** Which domains a host has, and what memory is promised to them. Its monitor guards both. */
final class DomainRegistry {
  private final long memoryBytes;
  private final Map<UUID, Domain> domains = new LinkedHashMap<>();
  private final Set<UUID> promised = new HashSet<>();
  private long promisedBytes;
  private boolean closed;

  DomainRegistry(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  /** Refuses a specification that does not fit beside the domains there are. */
  synchronized void check(DomainSpec spec) throws DomainException {
    if (closed) {
      throw new DomainException(Code.WRONG_STATE, "this hypervisor is shut down");
    }
    for (Domain domain : domains.values()) {
      if (domain.spec().uuid().equals(spec.uuid())) {
        throw new DomainException(
            Code.ALREADY_EXISTS,
            "uuid %s is taken by domain '%s'".formatted(spec.uuid(), domain.spec().name()));
      }
      if (domain.spec().name().equals(spec.name())) {
        throw new DomainException(
            Code.ALREADY_EXISTS,
            "name '%s' is taken by domain %s".formatted(spec.name(), domain.spec().uuid()));
      }
    }
    if (spec.memoryBytes() > freeBytes()) {
      throw new DomainException(
          Code.EXHAUSTED,
          "memory of %d bytes for domain '%s' is more than the %d bytes this host has left"
              .formatted(spec.memoryBytes(), spec.name(), freeBytes()));
    }
  }

  /** Takes a domain in and promises it its memory. */
  synchronized <D extends Domain> D add(DomainSpec spec, Supplier<D> domain)
      throws DomainException {
    check(spec);
    D added = domain.get();
    domains.put(spec.uuid(), added);
    promised.add(spec.uuid());
    promisedBytes += spec.memoryBytes();
    return added;
  }

  /** Takes the memory back; once per domain. */
  synchronized void release(DomainSpec spec) {
    if (promised.remove(spec.uuid())) {
      promisedBytes -= spec.memoryBytes();
    }
  }

  /** Forgets a domain and takes its memory back. */
  synchronized void forget(DomainSpec spec) {
    release(spec);
    domains.remove(spec.uuid());
  }

  /** Takes in no more domains. */
  synchronized void close() {
    closed = true;
  }

  synchronized Optional<Domain> find(UUID uuid) {
    return Optional.ofNullable(domains.get(uuid));
  }

  synchronized List<Domain> list() {
    return List.copyOf(domains.values());
  }

  synchronized long freeBytes() {
    return memoryBytes - promisedBytes;
  }
}
