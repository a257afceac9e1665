package org.xenoserver.hostagent.domains;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

/** A domain whose guest does what the test says. */
public final class FakeDomain implements Domain {
  private final DomainSpec spec;
  private final Runnable gone;
  private final FakeConsole console = new FakeConsole();
  private final List<Consumer<DomainState>> listeners = new CopyOnWriteArrayList<>();
  private volatile DomainState state = DomainState.DEFINED;
  private volatile String reason = "";
  private volatile int exitStatus;
  private volatile DomainCounters counters =
      new DomainCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

  FakeDomain(DomainSpec spec, Runnable gone) {
    this.spec = spec;
    this.gone = gone;
  }

  /** The guest powers itself off. */
  public void powerOff(int status) {
    exitStatus = status;
    become(DomainState.STOPPED);
  }

  /** The guest crashes. */
  public void crash(String why) {
    reason = why;
    become(DomainState.CRASHED);
  }

  /** The guest has used this much processor time in all. */
  public void useCpu(long cpuNs) {
    counters = new DomainCounters(cpuNs, 5, cpuNs * 2, 7, 1, 512, 2, 1024, 3, Map.of("mmio", 9L));
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
  }

  @Override
  public void destroy() {
    gone.run();
    if (state != DomainState.DESTROYED) {
      become(DomainState.DESTROYED);
    }
  }

  @Override
  public FakeConsole console() {
    return console;
  }

  @Override
  public DomainCounters counters() {
    return counters;
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

  private synchronized void become(DomainState next) {
    state = next;
    listeners.forEach(listener -> listener.accept(next));
  }

  /** A console that takes input while the test lets it. */
  public static final class FakeConsole implements Console {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private int room = Integer.MAX_VALUE;

    @Override
    public synchronized int write(byte[] bytes, int offset, int length) {
      int taken = Math.min(room, length);
      typed.write(bytes, offset, taken);
      room -= taken;
      return taken;
    }

    @Override
    public synchronized AutoCloseable attach(boolean replay, Reader reader) {
      if (replay && kept.size() > 0) {
        reader.output(kept.toByteArray());
      }
      readers.add(reader);
      return () -> readers.remove(reader);
    }

    /** The guest prints. */
    public synchronized void print(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      kept.writeBytes(bytes);
      readers.forEach(reader -> reader.output(bytes.clone()));
    }

    /** The guest takes this many more bytes of input. */
    public synchronized void makeRoom(int bytes) {
      room = bytes;
    }

    public synchronized String typed() {
      return typed.toString(StandardCharsets.UTF_8);
    }

    public int readers() {
      return readers.size();
    }
  }
}
