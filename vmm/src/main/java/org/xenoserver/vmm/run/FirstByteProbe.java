package org.xenoserver.vmm.run;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/** Notes how many instructions the guest had retired when it first wrote to its console. */
final class FirstByteProbe implements MachineFactory {
  private static final long NOT_YET = -1;

  private final MachineFactory factory;
  private final AtomicLong instructions = new AtomicLong(NOT_YET);

  FirstByteProbe(MachineFactory factory) {
    this.factory = factory;
  }

  /** The figure, or null if the guest has written nothing. */
  @Nullable Long instructionsToFirstByte() {
    long figure = instructions.get();
    return figure == NOT_YET ? null : figure;
  }

  @Override
  public Machine build(DomainSpec spec, MachineEvents events, RunPermit permit) throws IOException {
    ProbedEvents probed = new ProbedEvents(events);
    Machine machine = factory.build(spec, probed, permit);
    probed.machine = machine;
    return machine;
  }

  private final class ProbedEvents implements MachineEvents {
    private final MachineEvents events;
    private volatile @Nullable Machine machine;

    ProbedEvents(MachineEvents events) {
      this.events = events;
    }

    @Override
    public void consoleOutput(byte[] bytes, int offset, int length) {
      Machine source = machine;
      if (source != null && instructions.get() == NOT_YET) {
        instructions.compareAndSet(
            NOT_YET, source.vcpus().stream().mapToLong(VcpuEngine::retiredInstructions).sum());
      }
      events.consoleOutput(bytes, offset, length);
    }

    @Override
    public void poweredOff(int status) {
      events.poweredOff(status);
    }

    @Override
    public void reset() {
      events.reset();
    }

    @Override
    public void crashed(String reason) {
      events.crashed(reason);
    }
  }
}
