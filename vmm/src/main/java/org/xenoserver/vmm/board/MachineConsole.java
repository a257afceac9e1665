package org.xenoserver.vmm.board;

import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.io.ByteSink;
import org.xenoserver.vmm.machine.MachineEvents;

/**
 * The machine's one console over its several ports: output of all of them in the order of arrival;
 * input goes to the port the guest printed on last, and to the first until it has printed.
 */
final class MachineConsole {
  /** Takes input; returns how many bytes fitted. */
  @FunctionalInterface
  interface Input {
    int receive(byte[] bytes, int offset, int length);
  }

  /** One port: what the guest prints there goes to the console. */
  final class Port implements ByteSink {
    private volatile Input input = (bytes, offset, length) -> 0;

    /** Says where what is typed goes; until then it does not fit. */
    void connect(Input to) {
      input = to;
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
      latest = this;
      print(bytes, offset, length);
    }
  }

  private final MachineEvents events;

  /** Keeps bytes of different ports apart while they are passed on. */
  private final Object outputLock = new Object();

  private volatile @Nullable Port latest;

  MachineConsole(MachineEvents events) {
    this.events = events;
  }

  /** Adds a port. */
  Port port() {
    Port port = new Port();
    if (latest == null) {
      latest = port;
    }
    return port;
  }

  /** Prints what comes from no port. */
  void print(byte[] bytes, int offset, int length) {
    synchronized (outputLock) {
      events.consoleOutput(bytes, offset, length);
    }
  }

  int receive(byte[] bytes, int offset, int length) {
    Port port = latest;
    return port == null ? 0 : port.input.receive(bytes, offset, length);
  }
}
