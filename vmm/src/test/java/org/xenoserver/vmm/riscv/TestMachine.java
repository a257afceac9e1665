package org.xenoserver.vmm.riscv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.assembler.Registers;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.translator.TranslationMode;
import org.xenoserver.vmm.riscv.translator.Translator;
import org.xenoserver.vmm.time.ManualClock;
import org.xenoserver.vmm.time.Timebase;
import org.xenoserver.vmm.vcpu.VcpuExit;

/**
 * RAM at 0x80000000, harts and a clock of one's own, to run small guest programs on.
 *
 * <p>A program begins at {@link #BASE} in M-mode. It ends at its first trap to M-mode unless it
 * sets mtvec itself: {@link #HALT} is the handler, and waits for ever. So {@code ebreak} ends a
 * program, and an unexpected trap does too; {@link #end} tells them apart.
 *
 * <p>The system property {@code xenoserver.test.translate} says when code is translated: {@code
 * always}, {@code never} (the default) or {@code auto}. The build runs all tests of the processor
 * with the first two.
 */
public final class TestMachine implements AutoCloseable {
  public static final long BASE = 0x8000_0000L;
  public static final long SIZE_BYTES = 16 << 20;

  /** The handler of M-mode: waits for ever. */
  public static final long HALT = BASE + SIZE_BYTES - 0x1000;

  /** Stores here end a program. */
  public static final long TO_HOST = BASE + SIZE_BYTES - 0x2000;

  /** Slices of a chunk of instructions after which a program is taken for one that never ends. */
  private static final int MOST_SLICES = 10_000;

  private static final int CYCLES_PER_SLICE = 1;

  private static final TranslationMode MODE =
      TranslationMode.valueOf(
          System.getProperty("xenoserver.test.translate", "never").toUpperCase(Locale.ROOT));

  public final GuestMemory memory;
  public final ManualClock clock = new ManualClock(1_000_000_000L);
  public final Timebase timebase = new Timebase(clock);
  public final List<Hart> harts = new ArrayList<>();
  private final Translator translator;
  private volatile boolean toldHost;

  /** One hart, no devices. */
  public TestMachine() {
    this(1, bus -> {});
  }

  /** Some harts and devices. */
  public TestMachine(int count, Consumer<SystemBus.Builder> devices) {
    this(count, devices, MODE);
  }

  /** Some harts and devices, and when code is translated. */
  public TestMachine(int count, Consumer<SystemBus.Builder> devices, TranslationMode mode) {
    translator = new Translator(mode);
    try {
      memory = GuestMemory.allocate(BASE, SIZE_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SystemBus.Builder bus = new SystemBus.Builder();
    devices.accept(bus);
    SystemBus finished = bus.build();
    CodePages codePages = new CodePages(memory, new CodeLibrary(translator));
    for (int id = 0; id < count; id++) {
      Hart hart = new Hart(id, memory, codePages, finished, timebase);
      hart.csrs.write(Csr.MTVEC, HALT);
      hart.watchStores(
          TO_HOST,
          () -> {
            toldHost = true;
            hart.preempt();
          });
      harts.add(hart);
    }
    place(Assembler.assemble(HALT, "halt: wfi\n j halt"));
  }

  /** The first hart. */
  public Hart hart() {
    return harts.getFirst();
  }

  /** Assembles a program at {@link #BASE} and puts it into RAM. */
  public Program load(String source) {
    return load(BASE, source);
  }

  /** Assembles a program at an address and puts it into RAM. */
  public Program load(long address, String source) {
    return place(Assembler.assemble(address, source));
  }

  private Program place(Program program) {
    memory.write(program.base(), program.bytes(), 0, program.bytes().length);
    return program;
  }

  /** Loads a program and runs it to its end on the first hart. */
  public Hart run(String source) {
    load(source);
    return runFrom(BASE);
  }

  /** Runs what is in memory from an address on to its end, in M-mode on the first hart. */
  public Hart runFrom(long address) {
    start(hart(), address);
    return resume(hart());
  }

  /** Resets a hart to an address in M-mode, but leaves its registers as they are. */
  public void start(Hart hart, long address) {
    long[] arguments = {hart.register(10), hart.register(11), hart.register(12)};
    hart.stop();
    hart.start(new HartStart(address, HartStart.MACHINE, 0, 0));
    hart.preempt();
    hart.run(0);
    for (int i = 0; i < arguments.length; i++) {
      hart.setRegister(10 + i, arguments[i]);
    }
  }

  /** As {@link #start}, in a lower mode, with all memory open to it and an address space. */
  void enter(int privilege, long address, long satp) {
    start(hart(), address);
    hart().csrs.protection.admitAll();
    hart().csrs.write(Csr.SATP, satp);
    hart().privilege = privilege;
    hart().memoryAccess.contextChanged();
  }

  /** Runs a hart until it waits, is stopped, or has told the host. */
  public Hart resume(Hart hart) {
    toldHost = false;
    clock.setStepNs(CYCLES_PER_SLICE);
    for (int slice = 0; slice < MOST_SLICES / 100; slice++) {
      VcpuExit exit = hart.run(clock.wallNs() + 100 * CYCLES_PER_SLICE);
      if (exit != VcpuExit.PREEMPTED || toldHost) {
        clock.setStepNs(0);
        return hart;
      }
    }
    throw new AssertionError("the program did not end; pc is 0x%x".formatted(hart.pc));
  }

  /** Where a program stopped: the exception that M-mode took last. */
  public End end() {
    return end(hart());
  }

  /** Where the program of a hart stopped. */
  public End end(Hart hart) {
    return new End(
        (int) hart.csrs.read(Csr.MCAUSE), hart.csrs.read(Csr.MEPC), hart.csrs.read(Csr.MTVAL));
  }

  /** An integer register of the first hart by name. */
  public long register(String name) {
    return hart().register(Registers.integer(name));
  }

  /** Sets an integer register of the first hart by name. */
  public void setRegister(String name, long value) {
    hart().setRegister(Registers.integer(name), value);
  }

  @Override
  public void close() {
    harts.forEach(Hart::close);
    translator.close();
    memory.close();
  }

  /**
   * A trap.
   *
   * @param cause mcause
   * @param pc mepc
   * @param value mtval
   */
  public record End(int cause, long pc, long value) {}
}
