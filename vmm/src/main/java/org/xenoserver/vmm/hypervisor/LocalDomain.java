package org.xenoserver.vmm.hypervisor;

import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.domain.Console;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainCounters;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainException.Code;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.DomainState;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.hypervisor.MachineRun.Ending;
import org.xenoserver.vmm.machine.MachineFactory;
import org.xenoserver.vmm.scheduler.cpu.CpuPool;
import org.xenoserver.vmm.time.Clock;

/**
 * A domain's life cycle. Transitions are made one at a time under {@code lifecycleLock}, by an
 * operator's thread or by the thread that brings a machine's ending; what is read from outside is
 * volatile.
 */
final class LocalDomain implements Domain, MachineRun.Owner {
  private final DomainSpec spec;
  private final MachineFactory machines;
  private final CpuPool cpus;
  private final DomainRegistry registry;
  private final Clock clock;
  private final RunPermit permit;
  private final SerialConsole console = new SerialConsole();
  private final StateFeed feed = new StateFeed();
  private final Meter meter;
  private final ReentrantLock lifecycleLock = new ReentrantLock();
  private @Nullable MachineRun run;
  private volatile DomainState state = DomainState.DEFINED;
  private volatile String reason = "";
  private volatile int exitStatus;

  LocalDomain(
      DomainSpec spec,
      MachineFactory machines,
      CpuPool cpus,
      DomainRegistry registry,
      HypervisorConfig config) {
    this.spec = spec;
    this.machines = machines;
    this.cpus = cpus;
    this.registry = registry;
    this.clock = config.clock();
    this.permit = config.permit();
    this.meter = new Meter(spec.memoryBytes());
  }

  @Override
  public DomainSpec spec() {
    return spec;
  }

  @Override
  public DomainState state() {
    return state;
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public int exitStatus() {
    return exitStatus;
  }

  @Override
  public Console console() {
    return console;
  }

  @Override
  public DomainCounters counters() {
    return meter.read(clock.monotonicNs());
  }

  @Override
  public AutoCloseable watch(Consumer<DomainState> listener) {
    return feed.watch(listener);
  }

  @Override
  public void start() throws DomainException {
    lifecycleLock.lock();
    try {
      if (state != DomainState.DEFINED) {
        throw refuse("started", "only a defined domain can be");
      }
      MachineRun started = load();
      enter(DomainState.RUNNING);
      started.resume();
    } finally {
      lifecycleLock.unlock();
    }
  }

  @Override
  public void pause() throws DomainException {
    lifecycleLock.lock();
    try {
      if (state != DomainState.RUNNING) {
        throw refuse("paused", "only a running domain can be");
      }
      current().pause();
      enter(DomainState.PAUSED);
    } finally {
      lifecycleLock.unlock();
    }
  }

  @Override
  public void unpause() throws DomainException {
    lifecycleLock.lock();
    try {
      if (state != DomainState.PAUSED) {
        throw refuse("unpaused", "only a paused domain can be");
      }
      enter(DomainState.RUNNING);
      current().resume();
    } finally {
      lifecycleLock.unlock();
    }
  }

  @Override
  public void shutdown() throws DomainException {
    lifecycleLock.lock();
    try {
      if (state != DomainState.RUNNING && state != DomainState.SHUTTING_DOWN) {
        throw refuse("shut down", "only a running domain can be");
      }
      if (!current().machine().requestPowerOff()) {
        throw new DomainException(
            Code.WRONG_STATE,
            "the guest of domain '%s' does not listen on its control channel; use destroy"
                .formatted(spec.name()));
      }
      if (state == DomainState.RUNNING) {
        enter(DomainState.SHUTTING_DOWN);
      }
    } finally {
      lifecycleLock.unlock();
    }
  }

  @Override
  public void destroy() {
    lifecycleLock.lock();
    try {
      if (state != DomainState.DESTROYED) {
        unload();
        registry.forget(spec);
        enter(DomainState.DESTROYED);
      }
    } finally {
      lifecycleLock.unlock();
    }
  }

  @Override
  public void consoleOutput(byte[] bytes, int offset, int length) {
    console.output(bytes, offset, length);
  }

  @Override
  public void ended(MachineRun ended, Ending ending) {
    lifecycleLock.lock();
    try {
      if (run != ended) {
        return;
      }
      switch (ending) {
        case Ending.PoweredOff(int status) ->
            stop(DomainState.STOPPED, status, "powered off with status " + status);
        case Ending.Crashed(String why) -> stop(DomainState.CRASHED, 1, why);
        case Ending.Reset() -> reset();
      }
    } finally {
      lifecycleLock.unlock();
    }
  }

  private void stop(DomainState end, int status, String why) {
    unload();
    registry.release(spec);
    exitStatus = status;
    reason = why;
    enter(end);
  }

  private void reset() {
    unload();
    try {
      MachineRun again = load();
      if (state == DomainState.PAUSED) {
        again.machine().holdDevices(true);
      } else {
        if (state == DomainState.SHUTTING_DOWN) {
          enter(DomainState.RUNNING);
        }
        again.resume();
      }
    } catch (DomainException e) {
      stop(DomainState.CRASHED, 1, "reset failed: " + e.getMessage());
    }
  }

  private MachineRun load() throws DomainException {
    MachineRun loaded = MachineRun.load(spec, machines, permit, cpus, this);
    meter.begin(loaded, clock.monotonicNs());
    console.connect(loaded.machine());
    run = loaded;
    return loaded;
  }

  /** Stops and releases the machine, if there is one; its figures are kept. */
  private void unload() {
    MachineRun ending = run;
    if (ending == null) {
      return;
    }
    run = null;
    console.connect(null);
    ending.vcpus().remove();
    meter.end(clock.monotonicNs());
    ending.machine().close();
  }

  private MachineRun current() {
    MachineRun current = run;
    if (current == null) {
      throw new IllegalStateException("a domain that is " + state + " has no machine");
    }
    return current;
  }

  private void enter(DomainState next) {
    state = next;
    feed.publish(next);
  }

  private DomainException refuse(String verb, String rule) {
    return new DomainException(
        Code.WRONG_STATE,
        "domain '%s' is %s and cannot be %s: %s"
            .formatted(
                spec.name(), state.name().toLowerCase(Locale.ROOT).replace('_', ' '), verb, rule));
  }
}
