package org.xenoserver.vmm.sbi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.HartStart;
import org.xenoserver.vmm.riscv.TestMachine;
import org.xenoserver.vmm.vcpu.VcpuExit;

/** Every extension, called as a guest's ECALL calls it. */
class SupervisorBinaryInterfaceTest {
  private static final long BASE = 0x10;
  private static final long TIME = 0x54494d45;
  private static final long IPI = 0x735049;
  private static final long RFENCE = 0x52464e43;
  private static final long HSM = 0x48534d;
  private static final long SRST = 0x53525354;
  private static final long DBCN = 0x4442434e;

  private static final SbiResult NOT_SUPPORTED = new SbiResult(-2, 0);
  private static final SbiResult INVALID_PARAM = new SbiResult(-3, 0);
  private static final SbiResult SUCCESS = new SbiResult(0, 0);

  private final TestMachine machine = new TestMachine(3, bus -> {});
  private final Hart hart = machine.hart();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final List<String> resets = new ArrayList<>();

  private final SupervisorBinaryInterface sbi =
      new SupervisorBinaryInterface(
          machine.harts,
          machine.memory,
          console::write,
          new SystemReset() {
            @Override
            public void shutdown(boolean failed) {
              resets.add(failed ? "failure" : "shutdown");
            }

            @Override
            public void reboot() {
              resets.add("reboot");
            }
          });

  @BeforeEach
  void startTheFirstHart() {
    machine.harts.forEach(each -> each.setEnvironment(sbi));
    machine.load("call: ecall\nwfi\nj call");
    hart.start(new HartStart(TestMachine.BASE, HartStart.SUPERVISOR, 0, 0));
  }

  @AfterEach
  void close() {
    machine.close();
  }

  /** Executes one ECALL of the guest and gives what it left in a0 and a1. */
  private SbiResult call(long extension, long function, long... arguments) {
    hart.preempt();
    hart.run(machine.clock.wallNs());
    for (int i = 0; i < 6; i++) {
      hart.setRegister(10 + i, i < arguments.length ? arguments[i] : 0);
    }
    hart.setRegister(16, function);
    hart.setRegister(17, extension);
    sbi.call(hart);
    return new SbiResult(hart.register(10), hart.register(11));
  }

  private VcpuExit run(Hart which) {
    machine.clock.setStepNs(1);
    VcpuExit exit = which.run(machine.clock.wallNs() + 10);
    machine.clock.setStepNs(0);
    return exit;
  }

  @Test
  void shouldAnswerAnEnvironmentCallOfTheGuest() {
    hart.setRegister(17, BASE);
    hart.setRegister(16, 0);
    assertThat(run(hart)).isEqualTo(VcpuExit.WAITING);
    assertThat(hart.register(10)).isZero();
    assertThat(hart.register(11)).as("version 2.0").isEqualTo(2 << 24);
    assertThat(hart.exits().sbi()).isEqualTo(1);
  }

  @Test
  void shouldTellWhichExtensionsItHas() {
    for (long present : new long[] {BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN}) {
      assertThat(call(BASE, 3, present)).isEqualTo(new SbiResult(0, 1));
    }
    for (long absent : new long[] {0, 1, 8, 0x504d55, 0x53555350, -1}) {
      assertThat(call(BASE, 3, absent)).isEqualTo(SUCCESS);
    }
    assertThat(call(BASE, 1).error()).isZero();
    assertThat(call(BASE, 4)).isEqualTo(SUCCESS);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0, 0",
    "0x1, 0",
    "0x504d55, 0",
    "-1, 0",
    "0x10, 7",
    "0x54494d45, 1",
    "0x735049, 1",
    "0x52464e43, 3",
    "0x52464e43, 7",
    "0x48534d, 4",
    "0x53525354, 1",
    "0x4442434e, 3",
    "0x10, -1"
  })
  void shouldNotSupportWhatItDoesNotKnow(String extension, int function) {
    assertThat(call(Long.decode(extension), function)).isEqualTo(NOT_SUPPORTED);
    assertThat(resets).isEmpty();
  }

  @Test
  void shouldSetTheTimer() {
    machine.load("li t0, 0x20\ncsrw sie, t0\nwfi\nli s2, 1\nagain: wfi\nj again");
    hart.start(new HartStart(TestMachine.BASE, HartStart.SUPERVISOR, 0, 0));
    assertThat(run(hart)).isEqualTo(VcpuExit.WAITING);
    long ticks = machine.timebase.ticks() + 100;
    assertThat(call(TIME, 0, ticks)).isEqualTo(SUCCESS);
    assertThat(hart.timerDeadlineNs()).isEqualTo(machine.timebase.monotonicNsAt(ticks));
    assertThat(hart.isRunnable()).isFalse();
    machine.clock.advance(10_000);
    assertThat(hart.isRunnable()).isTrue();
  }

  @Test
  void shouldStartStopAndReportHarts() {
    Hart other = machine.harts.get(1);
    assertThat(call(HSM, 2, 0)).as("status of the caller").isEqualTo(SUCCESS);
    assertThat(call(HSM, 2, 1)).isEqualTo(new SbiResult(0, 1));
    // It reports what it got, then stops itself.
    machine.load(
        TestMachine.BASE + 0x1000,
        """
          mv s0, a0
          mv s1, a1
          csrr s2, satp
          csrr s3, sstatus
          li a7, 0x%x
          li a6, 1
          ecall
        """
            .formatted(HSM));
    assertThat(call(HSM, 0, 1, TestMachine.BASE + 0x1000, 0x1234)).isEqualTo(SUCCESS);
    assertThat(call(HSM, 2, 1)).as("started").isEqualTo(SUCCESS);
    assertThat(call(HSM, 0, 1, TestMachine.BASE, 0)).isEqualTo(new SbiResult(-6, 0));
    assertThat(run(other)).isEqualTo(VcpuExit.STOPPED);
    assertThat(other.register(8)).as("a0 is the hart id").isEqualTo(1);
    assertThat(other.register(9)).as("a1 is opaque").isEqualTo(0x1234);
    assertThat(other.register(18)).as("satp").isZero();
    assertThat(other.register(19) & 2).as("interrupts are off").isZero();
    assertThat(call(HSM, 2, 1)).as("stopped again").isEqualTo(new SbiResult(0, 1));
    assertThat(call(HSM, 0, 1, TestMachine.BASE + 0x1000, 5)).isEqualTo(SUCCESS);
    run(other);
    assertThat(other.register(9)).isEqualTo(5);
  }

  @Test
  void shouldRefuseHartsAndAddressesThatDoNotExist() {
    assertThat(call(HSM, 0, 3, TestMachine.BASE, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(HSM, 0, -1, TestMachine.BASE, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(HSM, 2, 1L << 32)).isEqualTo(INVALID_PARAM);
    assertThat(call(HSM, 0, 1, 0x1000, 0)).isEqualTo(new SbiResult(-5, 0));
    assertThat(call(HSM, 0, 1, -2, 0)).isEqualTo(new SbiResult(-5, 0));
    assertThat(machine.harts.get(1).isStopped()).isTrue();
  }

  @Test
  void shouldSuspendUntilAnInterrupt() {
    assertThat(call(HSM, 3, 0)).isEqualTo(SUCCESS);
    assertThat(run(hart)).isEqualTo(VcpuExit.WAITING);
    assertThat(call(HSM, 3, 0x80000000L)).isEqualTo(NOT_SUPPORTED);
  }

  @Test
  void shouldInterruptTheHartsOfTheMask() {
    String waiter =
        "csrwi sie, 2\nwfi\ncsrr s0, sip\ncsrwi sie, 0\ncsrwi sip, 0\nagain: wfi\nj again";
    machine.load(TestMachine.BASE + 0x1000, waiter);
    for (Hart other : machine.harts.subList(1, 3)) {
      other.start(new HartStart(TestMachine.BASE + 0x1000, HartStart.SUPERVISOR, 0, 0));
      assertThat(run(other)).isEqualTo(VcpuExit.WAITING);
      assertThat(other.isRunnable()).isFalse();
    }
    assertThat(call(IPI, 0, 0b10, 1)).as("hart 2 by base 1").isEqualTo(SUCCESS);
    assertThat(machine.harts.get(1).isRunnable()).isFalse();
    assertThat(machine.harts.get(2).isRunnable()).isTrue();
    assertThat(call(IPI, 0, 0, -1)).as("all").isEqualTo(SUCCESS);
    for (Hart other : machine.harts.subList(1, 3)) {
      assertThat(other.isRunnable()).isTrue();
      run(other);
      assertThat(other.register(8)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 0",
    "1, 3",
    "2, 2",
    "1, -2",
    "1, 9223372036854775807",
    "3, 9223372036854775806",
    "-9223372036854775808, 0"
  })
  void shouldRefuseAMaskOfHartsThatDoNotExist(long mask, long base) {
    assertThat(call(IPI, 0, mask, base)).isEqualTo(INVALID_PARAM);
    assertThat(call(RFENCE, 0, mask, base)).isEqualTo(INVALID_PARAM);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void shouldFenceHarts(long function) {
    assertThat(call(RFENCE, function, 0b111, 0, 0x1000, 0x1000, 1)).isEqualTo(SUCCESS);
    assertThat(call(RFENCE, function, 0, -1, 0, -1, 0)).isEqualTo(SUCCESS);
  }

  @Test
  void shouldMakeAnotherHartSeeChangedCodeAfterFenceI() {
    Hart other = machine.harts.get(1);
    machine.load(
        TestMachine.BASE + 0x1000,
        """
          li s1, 0x%x
          csrwi sie, 2
        again:
          jalr ra, s1, 0
          wfi
          csrwi sip, 0
          j again
        """
            .formatted(TestMachine.BASE + 0x2000));
    machine.load(TestMachine.BASE + 0x2000, "li s0, 1\nret");
    other.start(new HartStart(TestMachine.BASE + 0x1000, HartStart.SUPERVISOR, 0, 0));
    run(other);
    assertThat(other.register(8)).isEqualTo(1);
    machine.load(TestMachine.BASE + 0x2000, "li s0, 2\nret");
    assertThat(call(RFENCE, 0, 0b10, 0)).isEqualTo(SUCCESS);
    call(IPI, 0, 0b10, 0);
    assertThat(run(other)).isEqualTo(VcpuExit.WAITING);
    assertThat(other.register(8)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, shutdown", "0, 1, failure", "1, 0, reboot", "2, 0, reboot"})
  void shouldResetTheSystem(long type, long reason, String event) {
    call(SRST, 0, type, reason);
    assertThat(resets).containsExactly(event);
    assertThat(run(hart)).as("the caller runs no further").isEqualTo(VcpuExit.STOPPED);
  }

  @Test
  void shouldRefuseAResetThatIsNone() {
    assertThat(call(SRST, 0, 3, 0)).isEqualTo(INVALID_PARAM);
    assertThat(resets).isEmpty();
    assertThat(hart.isStopped()).isFalse();
  }

  @Test
  void shouldPrintFromMemoryWithinItsBounds() {
    byte[] text = "Hello, SBI\n".getBytes(StandardCharsets.US_ASCII);
    long end = TestMachine.BASE + TestMachine.SIZE_BYTES;
    machine.memory.write(end - text.length, text, 0, text.length);
    assertThat(call(DBCN, 0, text.length, end - text.length, 0))
        .isEqualTo(new SbiResult(0, text.length));
    assertThat(console.toString(StandardCharsets.US_ASCII)).isEqualTo("Hello, SBI\n");
    assertThat(call(DBCN, 0, text.length + 1, end - text.length, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(DBCN, 0, 1, 0x1000, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(DBCN, 0, 1, TestMachine.BASE, 1)).isEqualTo(INVALID_PARAM);
    assertThat(call(DBCN, 0, -1, TestMachine.BASE, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(DBCN, 0, Long.MAX_VALUE, TestMachine.BASE, 0)).isEqualTo(INVALID_PARAM);
    assertThat(call(DBCN, 0, 0, TestMachine.BASE, 0)).isEqualTo(SUCCESS);
    assertThat(console.size()).isEqualTo(text.length);
  }

  @Test
  void shouldPrintAtMostAPageAtOnceAndSaySo() {
    assertThat(call(DBCN, 0, 10_000, TestMachine.BASE, 0)).isEqualTo(new SbiResult(0, 4096));
    assertThat(console.size()).isEqualTo(4096);
  }

  @Test
  void shouldPrintAByteAndReadNothing() {
    assertThat(call(DBCN, 2, 0x141)).isEqualTo(SUCCESS);
    assertThat(console.toString(StandardCharsets.US_ASCII)).isEqualTo("A");
    assertThat(call(DBCN, 1, 10, TestMachine.BASE, 0)).isEqualTo(SUCCESS);
  }
}
