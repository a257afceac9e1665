package org.xenoserver.vmm.hypervisor;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DomainCounters;
import org.xenoserver.vmm.machine.Machine.DiskCounters;
import org.xenoserver.vmm.scheduler.cpu.CpuUsage;

/** What a domain used: the machines it had before and the one it has. Its monitor guards both. */
final class Meter {
  private static final BigInteger NS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

  private final long memoryBytes;
  private Figures past = Figures.NONE;
  private long pastHeldNs;
  private long heldSinceNs;
  private @Nullable MachineRun run;

  Meter(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  /** A machine holds memory from now. */
  synchronized void begin(MachineRun next, long nowNs) {
    run = next;
    heldSinceNs = nowNs;
  }

  /** Takes the last figures of a machine whose vCPUs have stopped, before it is closed. */
  synchronized void end(long nowNs) {
    MachineRun ending = run;
    if (ending != null) {
      past = past.plus(Figures.of(ending));
      pastHeldNs += nowNs - heldSinceNs;
      run = null;
    }
  }

  synchronized DomainCounters read(long nowNs) {
    MachineRun current = run;
    Figures all = current == null ? past : past.plus(Figures.of(current));
    long heldNs = current == null ? pastHeldNs : pastHeldNs + nowNs - heldSinceNs;
    return new DomainCounters(
        all.cpu.cpuNs(),
        all.cpu.waitNs(),
        all.retiredInstructions,
        BigInteger.valueOf(memoryBytes)
            .multiply(BigInteger.valueOf(heldNs))
            .divide(NS_PER_SECOND)
            .longValueExact(),
        all.disks.readOperations(),
        all.disks.readBytes(),
        all.disks.writeOperations(),
        all.disks.writeBytes(),
        all.disks.flushOperations(),
        all.exits);
  }

  private record Figures(
      CpuUsage cpu, long retiredInstructions, DiskCounters disks, Map<String, Long> exits) {
    static final Figures NONE =
        new Figures(CpuUsage.NONE, 0, new DiskCounters(0, 0, 0, 0, 0), Map.of());

    static Figures of(MachineRun run) {
      return new Figures(
          run.vcpus().usage(),
          run.retiredInstructions(),
          run.machine().diskCounters(),
          run.machine().exits());
    }

    Figures plus(Figures other) {
      Map<String, Long> allExits = new HashMap<>(exits);
      other.exits.forEach((kind, count) -> allExits.merge(kind, count, Long::sum));
      return new Figures(
          cpu.plus(other.cpu),
          retiredInstructions + other.retiredInstructions,
          new DiskCounters(
              disks.readOperations() + other.disks.readOperations(),
              disks.readBytes() + other.disks.readBytes(),
              disks.writeOperations() + other.disks.writeOperations(),
              disks.writeBytes() + other.disks.writeBytes(),
              disks.flushOperations() + other.disks.flushOperations()),
          allExits);
    }
  }
}
