package org.xenoserver.vmm.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.assembler.Program;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.loader.ElfFile;
import org.xenoserver.vmm.machine.Machine;
import org.xenoserver.vmm.machine.MachineEvents;
import org.xenoserver.vmm.time.ManualClock;
import org.xenoserver.vmm.vcpu.VcpuEngine;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** The whole board with bare-metal programs, run as a processor would run it. */
@Timeout(30)
class VirtMachineTest {
  private static final long RAM = 0x8000_0000L;
  private static final long SUPERVISOR_BASE = RAM + (2 << 20);
  private static final int MOST_SLICES = 2000;

  /** Prints the text at "text" over the UART; clobbers t0 to t2. */
  private static final String PRINT =
      """
        li t0, 0x10000000
        la t1, text
      next:
        lbu t2, 0(t1)
        beqz t2, printed
        sb t2, 0(t0)
        addi t1, t1, 1
        j next
      text: .ascii "Hello, board\\n"
        .byte 0, 0, 0
      printed:
      """;

  private static final String FINISH = "li t0, 0x100000\nli t1, 0x%x\nsw t1, 0(t0)\nend: j end\n";

  @TempDir private Path folder = Path.of("");
  private final ManualClock clock = new ManualClock(0);
  private final VirtBoardFactory factory = new VirtBoardFactory(clock);
  private final Recorder events = new Recorder();
  private @Nullable Machine machine;

  /** Notes what the machine says. */
  private static final class Recorder implements MachineEvents {
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final ByteArrayOutputStream console = new ByteArrayOutputStream();

    @Override
    public void consoleOutput(byte[] bytes, int offset, int length) {
      console.write(bytes, offset, length);
    }

    @Override
    public void poweredOff(int status) {
      events.add("off " + status);
    }

    @Override
    public void reset() {
      events.add("reset");
    }

    @Override
    public void crashed(String reason) {
      events.add("crashed " + reason);
    }
  }

  @AfterEach
  void close() {
    if (machine != null) {
      machine.close();
    }
    factory.close();
  }

  private Machine build(BootSpec boot, int vcpus, List<DiskSpec> disks) throws IOException {
    Machine built =
        factory.build(
            new DomainSpec(
                new UUID(0, 1), "test", 16 << 20, vcpus, boot, disks, SchedulingSpec.DEFAULT),
            events,
            RunPermit.unlimited());
    machine = built;
    return built;
  }

  /** A bare-metal ELF in M-mode at the start of RAM, or a kernel in S-mode behind it. */
  private Path elf(long base, String source) throws IOException {
    Program program = Assembler.assemble(base, source);
    ElfFile file = new ElfFile(ElfFile.EXECUTABLE, base);
    file.segment(base, program.bytes(), program.bytes().length);
    program.labels().forEach(file::symbol);
    return Files.write(folder.resolve("program.elf"), file.toBytes());
  }

  private static BootSpec kernel(Path path) {
    return new BootSpec(path, null, "console=ttyS0 test", null);
  }

  /** Runs the vCPUs in turn until something happened. */
  private String runToEvent(Machine on) {
    clock.setStepNs(1);
    for (int slice = 0; slice < MOST_SLICES && events.events.isEmpty(); slice++) {
      for (VcpuEngine vcpu : on.vcpus()) {
        vcpu.run(clock.wallNs() + 20);
      }
    }
    assertThat(events.events).as("events").hasSize(1);
    return events.events.getFirst();
  }

  @Test
  void shouldPrintOverTheUartAndEndWithSuccess() throws IOException {
    Machine built = build(kernel(elf(RAM, PRINT + FINISH.formatted(0x5555))), 1, List.of());
    assertThat(runToEvent(built)).isEqualTo("off 0");
    assertThat(events.console.toString(StandardCharsets.US_ASCII)).isEqualTo("Hello, board\n");
    assertThat(built.exits().get("mmio")).isEqualTo(14);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 255})
  void shouldEndWithTheFinishersFailureCode(int status) throws IOException {
    String source = FINISH.formatted(status << 16 | 0x3333);
    assertThat(runToEvent(build(kernel(elf(RAM, source)), 1, List.of())))
        .isEqualTo("off " + status);
  }

  @Test
  void shouldResetByTheFinisher() throws IOException {
    assertThat(runToEvent(build(kernel(elf(RAM, FINISH.formatted(0x7777))), 1, List.of())))
        .isEqualTo("reset");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void shouldEndByStoringToTheHost(int status) throws IOException {
    String source =
        """
          li a0, %d
          la t0, tohost
          sd a0, 0(t0)
        end: j end
          .org 0x1000
        tohost: .dword 0
        """
            .formatted(status << 1 | 1);
    assertThat(runToEvent(build(kernel(elf(RAM, source)), 1, List.of())))
        .isEqualTo("off " + status);
  }

  @Test
  void shouldPrintByStoringToTheHost() throws IOException {
    String source =
        """
          li a0, 0x0101000000000041
          la t0, tohost
          sd a0, 0(t0)
        wait:
          ld a1, 0(t0)       # the host takes the character and clears it
          bnez a1, wait
          li a0, 1
          sd a0, 0(t0)
        end: j end
          .org 0x1000
        tohost: .dword 0
        """;
    assertThat(runToEvent(build(kernel(elf(RAM, source)), 1, List.of()))).isEqualTo("off 0");
    assertThat(events.console.toString(StandardCharsets.US_ASCII)).isEqualTo("A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 off 0", "0 1 off 1", "1 0 reset"})
  void shouldEndByTheSbisSystemReset(String scenario) throws IOException {
    String[] words = scenario.split(" ", 3);
    String source =
        "li a7, 0x53525354\nli a6, 0\nli a0, %s\nli a1, %s\necall\nend: j end"
            .formatted(words[0], words[1]);
    assertThat(runToEvent(build(kernel(elf(SUPERVISOR_BASE, source)), 1, List.of())))
        .isEqualTo(words[2]);
  }

  /** Ends with 1 if a1 does not point to a device tree, or a0 is not the hart's id. */
  private static final String CHECK_START =
      """
        lwu t0, 0(a1)
        li t1, 0xedfe0dd0    # the magic number, big-endian in memory
        bne t0, t1, wrong
        %s
        li t1, 0x5555
        j finish
      wrong:
        li t1, 0x13333
      finish:
        li t0, 0x100000
        sw t1, 0(t0)
      end: j end
      """;

  @Test
  void shouldGiveADeviceTreeInA1AndTheHartIdInA0() throws IOException {
    String machineMode = CHECK_START.formatted("csrr t2, mhartid\nbne t2, a0, wrong");
    assertThat(runToEvent(build(kernel(elf(RAM, machineMode)), 1, List.of()))).isEqualTo("off 0");
  }

  @Test
  void shouldGiveADeviceTreeToASupervisor() throws IOException {
    String source = CHECK_START.formatted("bnez a0, wrong\ncsrr t2, sstatus");
    assertThat(runToEvent(build(kernel(elf(SUPERVISOR_BASE, source)), 2, List.of())))
        .isEqualTo("off 0");
  }

  @Test
  void shouldRunFlatFirmwareInMachineMode() throws IOException {
    Program program =
        Assembler.assemble(RAM, CHECK_START.formatted("csrr t2, mhartid\nbeqz a2, wrong"));
    Path firmware = Files.write(folder.resolve("firmware.bin"), program.bytes());
    assertThat(runToEvent(build(new BootSpec(null, null, "", firmware), 1, List.of())))
        .isEqualTo("off 0");
  }

  @Test
  void shouldStartAllHartsInMachineModeButOnlyTheFirstInSupervisor() throws IOException {
    String all =
        """
          la t0, count
          li t1, 1
          amoadd.d t2, t1, (t0)
          li t3, 2
          beq t2, t3, last
        rest: wfi
          j rest
        last:
        """
            + FINISH.formatted(0x5555)
            + "count: .dword 0";
    assertThat(runToEvent(build(kernel(elf(RAM, all)), 3, List.of()))).isEqualTo("off 0");
  }

  @Test
  void shouldKeepOtherHartsStoppedUnderItsOwnSbi() throws IOException {
    Machine built = build(kernel(elf(SUPERVISOR_BASE, "end: j end")), 2, List.of());
    assertThat(built.vcpus().get(1).isRunnable()).isFalse();
    assertThat(built.vcpus().get(1).run(Long.MAX_VALUE)).isEqualTo(VcpuExit.STOPPED);
    assertThat(built.vcpus().get(0).isRunnable()).isTrue();
  }

  @Test
  void shouldTakeASerialInterruptForWhatIsTyped() throws IOException {
    String source =
        """
          li t0, 0x0c000000
          li t1, 1
          sw t1, 40(t0)          # priority of source 10, the UART
          li t2, 0x0c002000
          li t1, 0x400
          sw t1, 0(t2)           # enabled for hart 0 in M-mode
          li t2, 0x0c200000
          sw x0, 0(t2)           # threshold
          li t0, 0x10000000
          li t1, 1
          sb t1, 1(t0)           # UART: interrupt when data is there
          li t1, 0x800
          csrw mie, t1
          wfi
          lbu t1, 0(t0)
          sb t1, 0(t0)           # echo
        """
            + FINISH.formatted(0x5555);
    Machine built = build(kernel(elf(RAM, source)), 1, List.of());
    clock.setStepNs(1);
    assertThat(built.vcpus().getFirst().run(clock.wallNs() + 100)).isEqualTo(VcpuExit.WAITING);
    assertThat(built.consoleInput(new byte[] {'x'}, 0, 1)).isEqualTo(1);
    assertThat(built.vcpus().getFirst().isRunnable()).isTrue();
    assertThat(runToEvent(built)).isEqualTo("off 0");
    assertThat(events.console.toString(StandardCharsets.US_ASCII)).isEqualTo("x");
  }

  @Test
  void shouldRefuseMoreDisksThanItHasRoomForWithOneSentence() throws IOException {
    Path disk = Files.write(folder.resolve("disk"), new byte[512]);
    Path program = elf(RAM, "end: j end");
    List<DiskSpec> seven = Collections.nCopies(7, new DiskSpec(disk, true));
    assertThatThrownBy(() -> build(kernel(program), 1, seven))
        .isInstanceOf(IOException.class)
        .hasMessage("The domain has 7 disks; the board has room for 6.");
    build(kernel(program), 1, seven.subList(0, 6));
  }

  @Test
  void shouldLetGoOfADiskWhenAnotherIsRefused() throws IOException {
    Path good = Files.write(folder.resolve("good.raw"), new byte[512]);
    Path odd = Files.write(folder.resolve("odd.raw"), new byte[513]);
    BootSpec nothing = new BootSpec(null, null, "", null);
    assertThatThrownBy(
            () -> build(nothing, 1, List.of(new DiskSpec(good, false), new DiskSpec(odd, true))))
        .hasMessageContaining("odd.raw");
    try (FileChannel channel = FileChannel.open(good, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void shouldExecuteNothingOnceTheClockHasPassedTheDeadline() throws IOException {
    VcpuEngine hart = build(kernel(elf(RAM, "loop: j loop\n")), 1, List.of()).vcpus().getFirst();
    assertThat(hart.run(clock.monotonicNs())).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(hart.retiredInstructions()).isZero();
    clock.setStepNs(1_000);
    assertThat(hart.run(clock.monotonicNs() + 10_000)).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(hart.retiredInstructions())
        .as("a clock is read between chunks, and the late reading is the last")
        .isBetween(1L, 10 * 8192L + 100);
    long retired = hart.retiredInstructions();
    // A process that was stopped in the middle of a slice: hours are gone at the next reading.
    clock.advance(3_600_000_000_000L);
    assertThat(hart.run(clock.monotonicNs() - 1)).isEqualTo(VcpuExit.PREEMPTED);
    assertThat(hart.retiredInstructions()).isEqualTo(retired);
  }
}
