package org.xenoserver.hostagent;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.Hypervisor;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.time.Clock;

/** The hypervisor of the software engine with the boards it builds, closed together. */
public final class SoftwareHypervisor implements Hypervisor {
  private final VirtBoardFactory boards;
  private final Hypervisor hypervisor;

  private SoftwareHypervisor(VirtBoardFactory boards, Hypervisor hypervisor) {
    this.boards = boards;
    this.hypervisor = hypervisor;
  }

  /** Makes hypervisors that keep time by the host's clocks. */
  public static HypervisorFactory factory() {
    return (processors, memoryBytes, permit) -> {
      Clock clock = Clock.system();
      VirtBoardFactory boards = new VirtBoardFactory(clock);
      HypervisorConfig config = new HypervisorConfig(processors, memoryBytes, clock, permit);
      return new SoftwareHypervisor(boards, new LocalHypervisor(config, boards));
    };
  }

  @Override
  public Domain define(DomainSpec spec) throws DomainException {
    return hypervisor.define(spec);
  }

  @Override
  public void check(DomainSpec spec) throws DomainException {
    hypervisor.check(spec);
  }

  @Override
  public Optional<Domain> find(UUID uuid) {
    return hypervisor.find(uuid);
  }

  @Override
  public List<Domain> list() {
    return hypervisor.list();
  }

  @Override
  public HostResources resources() {
    return hypervisor.resources();
  }

  @Override
  public void close() {
    hypervisor.close();
    boards.close();
  }
}
