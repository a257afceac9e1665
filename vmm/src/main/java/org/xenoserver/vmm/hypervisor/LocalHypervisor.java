package org.xenoserver.vmm.hypervisor;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.scheduler.cpu.BorrowedVirtualTime;
import org.xenoserver.vmm.scheduler.cpu.CpuPool;

/** The hypervisor of this process: domains on the machines of one factory and one pool of CPUs. */
public final class LocalHypervisor implements Hypervisor {
  private final HypervisorConfig config;
  private final MachineFactory machines;
  private final DomainRegistry registry;
  private final CpuPool cpus;

  /** Starts the processors. */
  public LocalHypervisor(HypervisorConfig config, MachineFactory machines) {
    this.config = config;
    this.machines = machines;
    this.registry = new DomainRegistry(config.memoryBytes());
    this.cpus =
        new CpuPool(config.processors(), BorrowedVirtualTime::new, config.clock(), config.permit());
  }

  @Override
  public Domain define(DomainSpec spec) throws DomainException {
    SpecCheck.check(spec, config.memoryBytes());
    return registry.add(spec, () -> new LocalDomain(spec, machines, cpus, registry, config));
  }

  @Override
  public void check(DomainSpec spec) throws DomainException {
    SpecCheck.check(spec, config.memoryBytes());
    registry.check(spec);
  }

  @Override
  public Optional<Domain> find(UUID uuid) {
    return registry.find(uuid);
  }

  @Override
  public List<Domain> list() {
    return registry.list();
  }

  @Override
  public HostResources resources() {
    return new HostResources(config.processors(), config.memoryBytes(), registry.freeBytes());
  }

  @Override
  public void close() {
    registry.close();
    registry.list().forEach(Domain::destroy);
    cpus.close();
  }
}
