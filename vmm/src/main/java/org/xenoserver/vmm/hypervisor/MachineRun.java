package org.xenoserver.vmm.hypervisor;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainException.Code;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.scheduler.cpu.CpuPool;
import org.xenoserver.vmm.scheduler.cpu.ScheduledDomain;
import org.xenoserver.vmm.vcpu.VcpuEngine;

/**
 * One machine of a domain, from its load until it ends or is reset. Its first ending counts; it is
 * handed to the domain on a virtual thread, because a processor cannot wait for its own vCPU.
 */
final class MachineRun {
  /** How a machine ended. */
  sealed interface Ending {
    /** Powered off by the guest. */
    record PoweredOff(int status) implements Ending {}

    /** To be loaded again. */
    record Reset() implements Ending {}

    /** It cannot go on. */
    record Crashed(String reason) implements Ending {}
  }

  /** What a machine is for. */
  interface Owner {
    void consoleOutput(byte[] bytes, int offset, int length);

    void ended(MachineRun run, Ending ending);
  }

  private final Machine machine;
  private final ScheduledDomain vcpus;

  private MachineRun(Machine machine, ScheduledDomain vcpus) {
    this.machine = machine;
    this.vcpus = vcpus;
  }

  /** Builds and loads a machine whose vCPUs are held. */
  static MachineRun load(
      DomainSpec spec, MachineFactory factory, RunPermit permit, CpuPool cpus, Owner owner)
      throws DomainException {
    Events events = new Events(spec, owner);
    Machine machine;
    try {
      machine = factory.build(spec, events, permit);
    } catch (NoSuchFileException e) {
      throw new DomainException(
          Code.NOT_FOUND,
          "domain '%s' cannot start: '%s' does not exist".formatted(spec.name(), e.getFile()));
    } catch (IOException e) {
      throw new DomainException(
          Code.INVALID, "domain '%s' cannot start: %s".formatted(spec.name(), e.getMessage()));
    }
    ScheduledDomain vcpus = cpus.admit(machine.vcpus(), spec.scheduling(), events::vcpuFailed);
    MachineRun run = new MachineRun(machine, vcpus);
    events.run = run;
    return run;
  }

  Machine machine() {
    return machine;
  }

  ScheduledDomain vcpus() {
    return vcpus;
  }

  long retiredInstructions() {
    return machine.vcpus().stream().mapToLong(VcpuEngine::retiredInstructions).sum();
  }

  /** Holds vCPUs, then devices; returns when no vCPU runs. */
  void pause() {
    vcpus.pause();
    machine.holdDevices(true);
  }

  void resume() {
    machine.holdDevices(false);
    vcpus.resume();
  }

  private static final class Events implements MachineEvents {
    private final DomainSpec spec;
    private final Owner owner;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable MachineRun run;

    Events(DomainSpec spec, Owner owner) {
      this.spec = spec;
      this.owner = owner;
    }

    @Override
    public void consoleOutput(byte[] bytes, int offset, int length) {
      owner.consoleOutput(bytes, offset, length);
    }

    @Override
    public void poweredOff(int status) {
      end(new Ending.PoweredOff(status));
    }

    @Override
    public void reset() {
      end(new Ending.Reset());
    }

    @Override
    public void crashed(String reason) {
      end(new Ending.Crashed(reason));
    }

    void vcpuFailed(Throwable failure) {
      LoggerFactory.getLogger(MachineRun.class)
          .error("a vCPU of domain '{}' failed", spec.name(), failure);
      end(new Ending.Crashed("a virtual processor failed: " + failure));
    }

    private void end(Ending ending) {
      MachineRun current = run;
      if (current == null) {
        throw new IllegalStateException("a machine ended before it was started");
      }
      if (ended.compareAndSet(false, true)) {
        Thread.ofVirtual().name("xeno-domains").start(() -> owner.ended(current, ending));
      }
    }
  }
}
