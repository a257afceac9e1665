package org.xenoserver.vmm.hypervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** Machines whose first vCPU does what a test tells it, on a processor's thread. */
public final class FakeMachines implements MachineFactory {
  public final List<FakeMachine> built = new CopyOnWriteArrayList<>();
  public volatile @Nullable IOException refusal;
  public volatile boolean listensForPowerOff;

  /** What each machine does first. */
  public volatile Script onBoot = machine -> {};

  /** A guest's next step. */
  @FunctionalInterface
  public interface Script {
    void run(FakeMachine machine);
  }

  @Override
  public Machine build(DomainSpec spec, MachineEvents events, RunPermit permit) throws IOException {
    IOException refused = refusal;
    if (refused != null) {
      throw refused;
    }
    FakeMachine machine = new FakeMachine(spec.vcpus(), events, listensForPowerOff);
    machine.tell(onBoot);
    built.add(machine);
    return machine;
  }

  public FakeMachine last() {
    return built.getLast();
  }

  /** One machine. */
  public static final class FakeMachine implements Machine {
    public final MachineEvents events;
    public final StringBuffer typed = new StringBuffer();
    public volatile boolean devicesHeld;
    public volatile boolean closed;
    public volatile int inputRoom = Integer.MAX_VALUE;
    private final List<FakeVcpu> vcpus;
    private final boolean listens;

    FakeMachine(int vcpus, MachineEvents events, boolean listens) {
      this.events = events;
      this.listens = listens;
      this.vcpus = Stream.generate(() -> new FakeVcpu(this)).limit(vcpus).toList();
    }

    public void tell(Script script) {
      vcpus.getFirst().tell(script);
    }

    /** Writes to the console from a processor's thread. */
    public void print(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      tell(machine -> machine.events.consoleOutput(bytes, 0, bytes.length));
    }

    public void burn(boolean burns) {
      vcpus.forEach(vcpu -> vcpu.burns = burns);
      vcpus.forEach(vcpu -> vcpu.wake.run());
    }

    @Override
    public List<? extends VcpuEngine> vcpus() {
      return vcpus;
    }

    @Override
    public int consoleInput(byte[] bytes, int offset, int length) {
      int accepted = Math.min(length, inputRoom);
      inputRoom -= accepted;
      typed.append(new String(bytes, offset, accepted, StandardCharsets.ISO_8859_1));
      return accepted;
    }

    @Override
    public boolean requestPowerOff() {
      if (listens) {
        tell(machine -> machine.events.poweredOff(0));
      }
      return listens;
    }

    @Override
    public void holdDevices(boolean held) {
      devicesHeld = held;
    }

    @Override
    public DiskCounters diskCounters() {
      return new DiskCounters(1, 512, 2, 1024, 3);
    }

    @Override
    public Map<String, Long> exits() {
      return Map.of("wfi", 5L);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class FakeVcpu implements VcpuEngine {
    private final FakeMachine machine;
    private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
    private volatile boolean burns;
    private volatile boolean preempted;
    private volatile long retired;
    private volatile Runnable wake = () -> {};

    FakeVcpu(FakeMachine machine) {
      this.machine = machine;
    }

    void tell(Script script) {
      scripts.add(script);
      wake.run();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the processor that runs it writes.
    public VcpuExit run(long deadlineNs) {
      while (!preempted && System.nanoTime() < deadlineNs) {
        Script script = scripts.poll();
        if (script != null) {
          retired += 100;
          script.run(machine);
        } else if (!burns) {
          return VcpuExit.WAITING;
        }
      }
      preempted = false;
      return VcpuExit.PREEMPTED;
    }

    @Override
    public void preempt() {
      preempted = true;
    }

    @Override
    public boolean isRunnable() {
      return burns || !scripts.isEmpty();
    }

    @Override
    public long timerDeadlineNs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onWake(Runnable callback) {
      wake = callback;
    }

    @Override
    public long retiredInstructions() {
      return retired;
    }
  }
}
