package org.xenoserver.vmm.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.bus.InterruptLine;
import org.xenoserver.vmm.bus.SystemBus;
import org.xenoserver.vmm.device.Clint;
import org.xenoserver.vmm.device.GoldfishRtc;
import org.xenoserver.vmm.device.Plic;
import org.xenoserver.vmm.device.TestFinisher;
import org.xenoserver.vmm.device.Uart16550;
import org.xenoserver.vmm.devicetree.VirtBoard;
import org.xenoserver.vmm.devicetree.VirtDeviceTree;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.io.IoLoop;
import org.xenoserver.vmm.loader.AddressRange;
import org.xenoserver.vmm.loader.BootLayout;
import org.xenoserver.vmm.loader.BootLoader;
import org.xenoserver.vmm.loader.InitialMode;
import org.xenoserver.vmm.loader.Loaded;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.CodeLibrary;
import org.xenoserver.vmm.riscv.CodePages;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.HartExits;
import org.xenoserver.vmm.riscv.HartStart;
import org.xenoserver.vmm.riscv.Interrupt;
import org.xenoserver.vmm.riscv.IsaExtensions;
import org.xenoserver.vmm.riscv.TranslationAllowance;
import org.xenoserver.vmm.sbi.SupervisorBinaryInterface;
import org.xenoserver.vmm.sbi.SystemReset;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.time.Timebase;
import org.xenoserver.vmm.virtio.EmptySlot;
import org.xenoserver.vmm.virtio.VirtioDevice;
import org.xenoserver.vmm.virtio.VirtioMmio;
import org.xenoserver.vmm.virtio.block.DiskUser;
import org.xenoserver.vmm.virtio.console.ConsoleDevice;
import org.xenoserver.vmm.virtio.entropy.EntropyDevice;

/** One machine: its RAM, harts and devices, and the wires between them. */
final class VirtMachine implements Machine {
  /** Slots the console and the entropy device take after the disks. */
  private static final int SLOTS_BESIDE_DISKS = 2;

  private static final byte[] POWER_OFF = "poweroff\n".getBytes(StandardCharsets.US_ASCII);

  private final GuestMemory memory;
  private final List<Hart> harts = new ArrayList<>();
  private final List<VirtioMmio> transports = new ArrayList<>();
  private final Disks disks;
  private final MachineConsole console;
  private final MachineEvents events;
  private final ConsoleDevice virtioConsole;
  private final GoldfishRtc rtc;

  private VirtMachine(
      DomainSpec spec,
      GuestMemory memory,
      Disks disks,
      MachineEvents events,
      Clock clock,
      IoLoop ioLoop,
      CodePages codePages) {
    this.memory = memory;
    this.disks = disks;
    this.events = events;
    this.console = new MachineConsole(events);
    Timebase timebase = new Timebase(clock);
    Plic plic = new Plic(interruptContexts(spec.vcpus()));
    MachineConsole.Port serialPort = console.port();
    Uart16550 uart = new Uart16550(plic.source(MemoryMap.UART_IRQ), serialPort);
    serialPort.connect(uart::receive);
    MachineConsole.Port virtioPort = console.port();
    this.virtioConsole = new ConsoleDevice(virtioPort, (bytes, offset, length) -> {});
    virtioPort.connect(virtioConsole::receive);
    this.rtc = new GoldfishRtc(clock, plic.source(MemoryMap.RTC_IRQ), ioLoop.alarm());
    SystemBus.Builder bus =
        new SystemBus.Builder()
            .attach(MemoryMap.UART, Uart16550.RANGE_BYTES, uart)
            .attach(MemoryMap.PLIC, Plic.RANGE_BYTES, plic)
            .attach(
                MemoryMap.TEST_FINISHER,
                TestFinisher.RANGE_BYTES,
                new TestFinisher(
                    new TestFinisher.Listener() {
                      @Override
                      public void finished(int status) {
                        events.poweredOff(status);
                      }

                      @Override
                      public void reset() {
                        events.reset();
                      }
                    }))
            .attach(MemoryMap.RTC, GoldfishRtc.RANGE_BYTES, rtc)
            .attach(MemoryMap.CLINT, Clint.RANGE_BYTES, clint(timebase, spec.vcpus()));
    attachVirtio(bus, plic, ioLoop);

    SystemBus finished = bus.build();
    for (int id = 0; id < spec.vcpus(); id++) {
      harts.add(new Hart(id, memory, codePages, finished, timebase));
    }
  }

  /** Builds a machine and loads it. */
  static VirtMachine build(
      DomainSpec spec,
      MachineEvents events,
      RunPermit permit,
      Clock clock,
      IoLoop ioLoop,
      CodeLibrary library,
      TranslationAllowance allowance)
      throws IOException {
    int mostDisks = VirtBoard.VIRTIO_SLOTS - SLOTS_BESIDE_DISKS;
    if (spec.disks().size() > mostDisks) {
      throw new IOException(
          "The domain has %d disks; the board has room for %d."
              .formatted(spec.disks().size(), mostDisks));
    }
    Disks disks =
        Disks.open(
            spec.disks(),
            () -> new DiskUser(spec.uuid(), permit, clock, ioLoop.alarm(), events::crashed));
    GuestMemory memory;
    try {
      memory = GuestMemory.allocate(MemoryMap.RAM, spec.memoryBytes());
    } catch (IOException | RuntimeException e) {
      disks.close();
      throw e;
    }
    CodePages codePages = new CodePages(memory, library, allowance);
    VirtMachine machine = new VirtMachine(spec, memory, disks, events, clock, ioLoop, codePages);
    try {
      machine.load(spec);
      return machine;
    } catch (IOException | RuntimeException e) {
      machine.close();
      throw e;
    }
  }

  /** Two contexts a hart, machine before supervisor; the harts follow later. */
  private List<InterruptLine> interruptContexts(int count) {
    List<InterruptLine> contexts = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      int hart = id;
      contexts.add(level -> harts.get(hart).setInterrupt(Interrupt.MACHINE_EXTERNAL, level));
      contexts.add(level -> harts.get(hart).setInterrupt(Interrupt.SUPERVISOR_EXTERNAL, level));
    }
    return contexts;
  }

  private Clint clint(Timebase timebase, int count) {
    List<Clint.HartTimer> timers = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      int hart = id;
      timers.add(
          new Clint.HartTimer() {
            @Override
            public void setMachineSoftwareInterrupt(boolean pending) {
              harts.get(hart).setInterrupt(Interrupt.MACHINE_SOFTWARE, pending);
            }

            @Override
            public void setMachineTimeCompare(long ticks) {
              harts.get(hart).setMachineTimeCompare(ticks);
            }

            @Override
            public long machineTimeCompare() {
              return harts.get(hart).machineTimeCompare();
            }
          });
    }
    return new Clint(timebase, timers);
  }

  private void attachVirtio(SystemBus.Builder bus, Plic plic, IoLoop ioLoop) {
    List<VirtioDevice> devices = new ArrayList<>(disks.devices());
    devices.add(virtioConsole);
    devices.add(new EntropyDevice(new SecureRandom()::nextBytes));
    for (int slot = 0; slot < VirtBoard.VIRTIO_SLOTS; slot++) {
      long base = MemoryMap.VIRTIO + slot * MemoryMap.VIRTIO_STRIDE;
      if (slot < devices.size()) {
        InterruptLine line = plic.source(MemoryMap.VIRTIO_IRQ + slot);
        VirtioMmio transport = new VirtioMmio(memory, line, devices.get(slot), ioLoop);
        transports.add(transport);
        bus.attach(base, VirtioMmio.RANGE_BYTES, transport);
      } else {
        bus.attach(base, VirtioMmio.RANGE_BYTES, new EmptySlot());
      }
    }
  }

  private void load(DomainSpec spec) throws IOException {
    Loaded loaded = BootLoader.load(memory, spec.boot(), layout -> deviceTree(spec, layout));
    loaded
        .toHost()
        .ifPresent(address -> {
          HostTargetInterface htif = new HostTargetInterface(memory, address, events, console);
          harts.forEach(hart -> hart.watchStores(address, htif::stored));
        });
    if (loaded.mode() == InitialMode.SUPERVISOR) {
      SupervisorBinaryInterface sbi =
          new SupervisorBinaryInterface(harts, memory, console::print, systemReset());
      harts.forEach(hart -> hart.setEnvironment(sbi));
      harts
          .getFirst()
          .start(
              new HartStart(loaded.entry(), HartStart.SUPERVISOR, loaded.deviceTreeAddress(), 0));
      return;
    }
    HartStart start =
        new HartStart(
            loaded.entry(),
            HartStart.MACHINE,
            loaded.deviceTreeAddress(),
            loaded.dynamicInfoAddress());
    harts.forEach(hart -> hart.start(start));
  }

  private SystemReset systemReset() {
    return new SystemReset() {
      @Override
      public void shutdown(boolean failed) {
        events.poweredOff(failed ? 1 : 0);
      }

      @Override
      public void reboot() {
        events.reset();
      }
    };
  }

  private byte[] deviceTree(DomainSpec spec, BootLayout layout) {
    byte[] seed = new byte[32];
    new SecureRandom().nextBytes(seed);
    TreeSet<Integer> slots = new TreeSet<>();
    for (int slot = 0; slot < transports.size(); slot++) {
      slots.add(slot);
    }
    @Nullable AddressRange initrd = layout.initrd();
    return VirtDeviceTree.describe(
        new VirtBoard(
            memory.sizeBytes(),
            spec.vcpus(),
            IsaExtensions.NAMES,
            layout.mode() == InitialMode.MACHINE,
            slots,
            spec.boot().commandLine(),
            initrd == null ? null : new VirtBoard.Initrd(initrd.start(), initrd.end()),
            seed));
  }

  @Override
  public List<Hart> vcpus() {
    return harts;
  }

  @Override
  public int consoleInput(byte[] bytes, int offset, int length) {
    return console.receive(bytes, offset, length);
  }

  @Override
  public boolean requestPowerOff() {
    return virtioConsole.send(POWER_OFF);
  }

  @Override
  public void holdDevices(boolean held) {
    transports.forEach(transport -> transport.hold(held));
  }

  @Override
  public DiskCounters diskCounters() {
    return disks.counters();
  }

  @Override
  public Map<String, Long> exits() {
    Map<String, Long> exits = new TreeMap<>();
    for (Hart hart : harts) {
      HartExits figures = hart.exits();
      exits.merge("mmio", figures.mmio(), Long::sum);
      exits.merge("sbi", figures.sbi(), Long::sum);
      exits.merge("wfi", figures.waiting(), Long::sum);
      exits.merge("preempted", figures.preempted(), Long::sum);
      exits.merge("stopped", figures.stopped(), Long::sum);
      exits.merge("trap", figures.traps(), Long::sum);
      exits.merge("interrupt", figures.interrupts(), Long::sum);
    }
    return exits;
  }

  @Override
  public void close() {
    transports.forEach(VirtioMmio::close);
    rtc.close();
    harts.forEach(Hart::close);
    memory.close();
  }
}
