package org.xenoserver.vmm.board;

import java.io.IOException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.time.Clock;

/** Builds {@code virt} machines with the software processor; all share one data-plane loop. */
public final class VirtBoardFactory implements MachineFactory, AutoCloseable {
  private final Clock clock;
  private final IoLoop ioLoop;

  /** Starts the data-plane loop. */
  public VirtBoardFactory(Clock clock) {
    this.clock = clock;
    this.ioLoop = new IoLoop(clock);
  }

  @Override
  public Machine build(DomainSpec spec, MachineEvents events) throws IOException {
    return VirtMachine.build(spec, events, clock, ioLoop);
  }

  /** Ends the loop. No machine runs any more. */
  @Override
  public void close() {
    ioLoop.close();
  }
}
