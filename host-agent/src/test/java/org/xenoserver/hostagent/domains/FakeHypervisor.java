package org.xenoserver.hostagent.domains;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.Hypervisor;

/** A hypervisor whose guests do what the test says. */
public final class FakeHypervisor implements Hypervisor {
  private final Map<UUID, FakeDomain> domains = new LinkedHashMap<>();
  private final long memoryBytes;
  private boolean closed;

  public FakeHypervisor(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  @Override
  public synchronized Domain define(DomainSpec spec) throws DomainException {
    check(spec);
    FakeDomain domain = new FakeDomain(spec, () -> remove(spec.uuid()));
    domains.put(spec.uuid(), domain);
    return domain;
  }

  @Override
  public synchronized void check(DomainSpec spec) throws DomainException {
    if (spec.boot().kernel() != null && !Files.exists(spec.boot().kernel())) {
      throw new DomainException(
          DomainException.Code.NOT_FOUND, "kernel " + spec.boot().kernel() + ": no such file");
    }
    for (FakeDomain other : domains.values()) {
      if (other.spec().name().equals(spec.name()) || other.spec().uuid().equals(spec.uuid())) {
        throw new DomainException(
            DomainException.Code.ALREADY_EXISTS, "name or UUID of '" + spec.name() + "' is taken");
      }
    }
    if (spec.memoryBytes() > resources().memoryFreeBytes()) {
      throw new DomainException(
          DomainException.Code.EXHAUSTED, "memory of '" + spec.name() + "' exceeds what is free");
    }
  }

  @Override
  public synchronized Optional<Domain> find(UUID uuid) {
    return Optional.ofNullable(domains.get(uuid));
  }

  /** The guest of a name, for the test to direct. */
  public synchronized FakeDomain guest(String name) {
    return domains.values().stream()
        .filter(domain -> domain.spec().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public synchronized List<Domain> list() {
    return List.copyOf(domains.values());
  }

  @Override
  public synchronized HostResources resources() {
    long used = domains.values().stream().mapToLong(d -> d.spec().memoryBytes()).sum();
    return new HostResources(2, memoryBytes, memoryBytes - used);
  }

  private synchronized void remove(UUID uuid) {
    domains.remove(uuid);
  }

  public synchronized boolean closed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    List.copyOf(domains.values()).forEach(FakeDomain::destroy);
    closed = true;
  }
}
