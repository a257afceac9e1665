package org.xenoserver.vmm.board;

import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.memory.GuestMemory;

/**
 * How RISC-V test programs talk to their host: a doubleword {@code tohost} that ends the program
 * when its lowest bit is set (1 is a pass, otherwise the rest is the status), or prints a
 * character.
 */
final class HostTargetInterface {
  private static final long PUT_CHARACTER = 0x0101;

  private final GuestMemory memory;
  private final long toHost;
  private final MachineEvents events;
  private final MachineConsole console;

  HostTargetInterface(
      GuestMemory memory, long toHost, MachineEvents events, MachineConsole console) {
    this.memory = memory;
    this.toHost = toHost;
    this.events = events;
    this.console = console;
  }

  /** The guest stored to {@code tohost}. */
  void stored() {
    long value = memory.getLong(toHost);
    if ((value & 1) != 0 && value >>> 48 == 0) {
      events.poweredOff((int) (value >>> 1));
    } else if (value >>> 48 == PUT_CHARACTER) {
      console.print(new byte[] {(byte) value}, 0, 1);
      memory.putLong(toHost, 0);
    }
  }
}
