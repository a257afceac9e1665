package org.xenoserver.vmm.conformance;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.device.Clint;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.CodePages;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.HartProbe;
import org.xenoserver.vmm.riscv.HartStart;
import org.xenoserver.vmm.riscv.Interrupt;
import org.xenoserver.vmm.time.Timebase;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** One hart of ours with as much of a board as generated programs need. */
final class SoftwareMachine implements AutoCloseable {
  /** Instructions after which a program is taken for one that never ends. */
  static final long MOST_INSTRUCTIONS = 1_000_000;

  private static final long MEMORY_BYTES = 4 << 20;
  private static final long CLINT = 0x200_0000L;
  private static final int NS_PER_INSTRUCTION = 10;
  private static final int CHUNK = 256;

  private final GuestMemory memory;
  private final Hart hart;
  final HartProbe probe;
  final SteppedClock clock = new SteppedClock();

  SoftwareMachine(CodeLibrary library) throws IOException {
    memory = GuestMemory.allocate(Arena.RAM, MEMORY_BYTES);
    Timebase timebase = new Timebase(clock);
    SystemBus bus =
        new SystemBus.Builder()
            .attach(CLINT, Clint.RANGE_BYTES, new Clint(timebase, List.of(new Timer())))
            .build();
    hart = new Hart(0, memory, new CodePages(memory, library), bus, timebase);
    probe = new HartProbe(hart);
    Program end = Assembler.assemble(Arena.RETURN, "csrw mie, x0\nend: wfi\nj end");
    memory.write(end.base(), end.bytes(), 0, end.bytes().length);
  }

  private final class Timer implements Clint.HartTimer {
    @Override
    public void setMachineSoftwareInterrupt(boolean pending) {
      hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, pending);
    }

    @Override
    public void setMachineTimeCompare(long ticks) {
      hart.setMachineTimeCompare(ticks);
    }

    @Override
    public long machineTimeCompare() {
      return hart.machineTimeCompare();
    }
  }

  /** Makes ready to run a program from its beginning. */
  void load(GuestProgram program) {
    memory.write(Arena.BASE, program.arena(), 0, Arena.SIZE_BYTES);
    hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, false);
    hart.stop();
    hart.start(new HartStart(Arena.BASE + Arena.HANDLERS, HartStart.MACHINE, 0, 0));
    probe.poll();
  }

  /** Whether the hart waits at the end. */
  static boolean isAtEnd(VcpuExit exit) {
    return exit == VcpuExit.WAITING;
  }

  /**
   * Runs a program from its beginning to its end.
   *
   * @return whether it ended
   */
  boolean run(GuestProgram program) {
    load(program);
    long first = probe.retired();
    while (probe.retired() - first < MOST_INSTRUCTIONS) {
      if (isAtEnd(probe.poll())) {
        return true;
      }
      clock.advance((long) NS_PER_INSTRUCTION * probe.execute(CHUNK));
    }
    return false;
  }

  /** Asks for an interrupt that the program's handlers take without a trace. */
  void interrupt(boolean timer) {
    if (timer) {
      hart.setMachineTimeCompare(0);
    } else {
      hart.setInterrupt(Interrupt.MACHINE_SOFTWARE, true);
    }
  }

  /** The arena as it is now. */
  byte[] arena() {
    byte[] now = new byte[Arena.SIZE_BYTES];
    memory.read(Arena.BASE, now, 0, now.length);
    return now;
  }

  /** The arena itself. */
  MemorySegment arenaView() {
    return memory.slice(Arena.BASE, Arena.SIZE_BYTES);
  }

  @Override
  public void close() {
    hart.close();
    memory.close();
  }
}
