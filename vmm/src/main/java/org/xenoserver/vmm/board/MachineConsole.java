package org.xenoserver.vmm.board;

import org.xenoserver.vmm.io.ByteSink;
import org.xenoserver.vmm.machine.MachineEvents;

/**
 * The machine's one console over its several ports: output of all of them in the order of arrival;
 * input goes to the port the guest printed on last, the UART until it has printed anywhere else.
 */
final class MachineConsole {
  /** Takes input; returns how many bytes fitted. */
  @FunctionalInterface
  interface Input {
    int receive(byte[] bytes, int offset, int length);
  }

  private final MachineEvents events;

  /** Keeps bytes of different ports apart while they are passed on. */
  private final Object outputLock = new Object();

  private volatile Input input = (bytes, offset, length) -> 0;

  MachineConsole(MachineEvents events) {
    this.events = events;
  }

  void setInput(Input input) {
    this.input = input;
  }

  /** A port that prints here and, once it has, gets what is typed. */
  ByteSink port(Input portInput) {
    return (bytes, offset, length) -> {
      input = portInput;
      print(bytes, offset, length);
    };
  }

  /** Prints what comes from no port. */
  void print(byte[] bytes, int offset, int length) {
    synchronized (outputLock) {
      events.consoleOutput(bytes, offset, length);
    }
  }

  int receive(byte[] bytes, int offset, int length) {
    return input.receive(bytes, offset, length);
  }
}
