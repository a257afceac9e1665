package org.xenoserver.ops.simulate;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.xenoserver.vmm.domain.Console;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainCounters;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.DomainState;

/** A domain whose guest writes to its disk now and then. */
final class SimulatedDomain implements Domain {
  private final VirtualTime time;
  private final Guests guests;
  private final SimulatedHypervisor hypervisor;
  private final DomainSpec spec;
  private final List<Consumer<DomainState>> listeners = new CopyOnWriteArrayList<>();
  private DomainState state = DomainState.DEFINED;
  private String reason = "";
  private int exitStatus;

  SimulatedDomain(
      VirtualTime time, Guests guests, SimulatedHypervisor hypervisor, DomainSpec spec) {
    this.time = time;
    this.guests = guests;
    this.hypervisor = hypervisor;
    this.spec = spec;
  }

  String host() {
    return hypervisor.process().name();
  }

  /** The ownership epoch its disk was opened with. */
  long epoch() {
    return spec.disks().getFirst().ownerEpoch();
  }

  /** Whether it executes instructions at this moment. */
  boolean executes() {
    return (state == DomainState.RUNNING || state == DomainState.SHUTTING_DOWN)
        && hypervisor.process().runs()
        && hypervisor.permit().holds();
  }

  private void pulse() {
    if (state == DomainState.DESTROYED || hypervisor.process().isCrashed()) {
      return;
    }
    if (executes()) {
      long delayNs = time.chance(0.04) ? time.betweenNs(500, 9_000) : time.betweenNs(1, 20);
      time.after(delayNs, () -> guests.write(this));
    }
    time.after(time.betweenNs(300, 900), this::pulse);
  }

  /** The guest fails. */
  void crash() {
    if (executes()) {
      reason = "the guest failed";
      become(DomainState.CRASHED);
    }
  }

  /** The guest powers itself off. */
  void powerOff(int status) {
    if (executes()) {
      exitStatus = status;
      become(DomainState.STOPPED);
    }
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
  public void start() throws DomainException {
    move(DomainState.DEFINED, DomainState.RUNNING);
    pulse();
  }

  @Override
  public void pause() throws DomainException {
    move(DomainState.RUNNING, DomainState.PAUSED);
  }

  @Override
  public void unpause() throws DomainException {
    move(DomainState.PAUSED, DomainState.RUNNING);
  }

  @Override
  public void shutdown() throws DomainException {
    move(DomainState.RUNNING, DomainState.SHUTTING_DOWN);
    long tookNs = time.betweenNs(100, 3_000);
    time.after(tookNs, this::shutDown);
  }

  private void shutDown() {
    if (state == DomainState.SHUTTING_DOWN) {
      if (executes()) {
        become(DomainState.STOPPED);
      } else if (!hypervisor.process().isCrashed()) {
        time.after(time.betweenNs(100, 500), this::shutDown);
      }
    }
  }

  @Override
  public void destroy() {
    if (state != DomainState.DESTROYED) {
      hypervisor.forget(this);
      become(DomainState.DESTROYED);
    }
  }

  @Override
  public Console console() {
    throw new UnsupportedOperationException("simulated domains have no console");
  }

  @Override
  public DomainCounters counters() {
    return new DomainCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
  }

  @Override
  public AutoCloseable watch(Consumer<DomainState> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private void move(DomainState from, DomainState to) throws DomainException {
    if (state != from) {
      throw new DomainException(
          DomainException.Code.WRONG_STATE, spec.name() + " is " + state + ", not " + from);
    }
    become(to);
  }

  private void become(DomainState next) {
    time.tell(host(), "domain " + spec.name() + " epoch " + epoch() + " is " + next);
    state = next;
    guests.changed();
    listeners.forEach(listener -> listener.accept(next));
  }
}
