package org.xenoserver.ops.simulate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.domain.RunPermit;

/** A hypervisor whose domains are simulated. */
final class SimulatedHypervisor implements Hypervisor {
  private final VirtualTime time;
  private final Guests guests;
  private final SimulatedProcess process;
  private final RunPermit permit;
  private final long memoryBytes;
  private final Map<UUID, SimulatedDomain> domains = new LinkedHashMap<>();

  SimulatedHypervisor(
      VirtualTime time,
      Guests guests,
      SimulatedProcess process,
      RunPermit permit,
      long memoryBytes) {
    this.time = time;
    this.guests = guests;
    this.process = process;
    this.permit = permit;
    this.memoryBytes = memoryBytes;
  }

  SimulatedProcess process() {
    return process;
  }

  RunPermit permit() {
    return permit;
  }

  void forget(SimulatedDomain domain) {
    domains.remove(domain.spec().uuid());
    guests.remove(domain);
  }

  /** The domains go with the process. */
  void crash() {
    domains.values().forEach(guests::remove);
    domains.clear();
  }

  @Override
  public Domain define(DomainSpec spec) throws DomainException {
    check(spec);
    SimulatedDomain domain = new SimulatedDomain(time, guests, this, spec);
    domains.put(spec.uuid(), domain);
    guests.add(domain);
    return domain;
  }

  @Override
  public void check(DomainSpec spec) throws DomainException {
    if (domains.containsKey(spec.uuid())) {
      throw new DomainException(
          DomainException.Code.ALREADY_EXISTS, "domain " + spec.uuid() + " is there already");
    }
    if (spec.memoryBytes() > resources().memoryFreeBytes()) {
      throw new DomainException(
          DomainException.Code.EXHAUSTED, "there is not enough memory for " + spec.name());
    }
  }

  @Override
  public Optional<Domain> find(UUID uuid) {
    return Optional.ofNullable(domains.get(uuid));
  }

  @Override
  public List<Domain> list() {
    return new ArrayList<>(domains.values());
  }

  @Override
  public HostResources resources() {
    long promised = 0;
    for (SimulatedDomain domain : domains.values()) {
      promised += domain.spec().memoryBytes();
    }
    return new HostResources(4, memoryBytes, memoryBytes - promised);
  }

  @Override
  public void close() {
    List.copyOf(domains.values()).forEach(SimulatedDomain::destroy);
  }
}
