package org.xenoserver.vmm.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainCounters;
import org.xenoserver.vmm.domain.DomainException;
import org.xenoserver.vmm.domain.DomainException.Code;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.DomainState;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.time.Clock;

@Timeout(60)
class LocalHypervisorTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private Path kernel = Path.of("");
  private final FakeMachines machines = new FakeMachines();
  private final SkewedClock clock = new SkewedClock();
  private final LocalHypervisor hypervisor =
      new LocalHypervisor(
          new HypervisorConfig(2, 64 * MIB, clock, RunPermit.unlimited()), machines);

  @BeforeEach
  void writeKernel() throws IOException {
    kernel = Files.writeString(folder.resolve("kernel"), "kernel");
  }

  @AfterEach
  void close() {
    hypervisor.close();
  }

  @Test
  void shouldGoThroughALifeAndTellItsWatchersInOrder() throws Exception {
    Domain domain = hypervisor.define(spec("life", 16 * MIB));
    List<DomainState> seen = new CopyOnWriteArrayList<>();
    try (AutoCloseable watch = domain.watch(seen::add)) {
      assertThat(domain.state()).isEqualTo(DomainState.DEFINED);
      domain.start();
      machines.last().burn(true);
      domain.pause();
      assertThat(machines.last().devicesHeld).isTrue();
      domain.unpause();
      assertThat(machines.last().devicesHeld).isFalse();
      machines.last().tell(machine -> machine.events.poweredOff(0));
      await().until(() -> domain.state() == DomainState.STOPPED);
      domain.destroy();
      await()
          .untilAsserted(() ->
              assertThat(seen)
                  .containsExactly(
                      DomainState.RUNNING,
                      DomainState.PAUSED,
                      DomainState.RUNNING,
                      DomainState.STOPPED,
                      DomainState.DESTROYED));
    }
  }

  @Test
  void shouldRefuseEveryIllegalTransitionWithASentence() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    refused(
        Code.WRONG_STATE,
        "domain 'd' is defined and cannot be paused: only a running domain can be",
        domain::pause);
    refused(
        Code.WRONG_STATE,
        "domain 'd' is defined and cannot be unpaused: only a paused domain can be",
        domain::unpause);
    refused(
        Code.WRONG_STATE,
        "domain 'd' is defined and cannot be shut down: only a running domain can be",
        domain::shutdown);
    domain.start();
    refused(
        Code.WRONG_STATE,
        "domain 'd' is running and cannot be started: only a defined domain can be",
        domain::start);
    refused(
        Code.WRONG_STATE,
        "domain 'd' is running and cannot be unpaused: only a paused domain can be",
        domain::unpause);
    domain.pause();
    refused(
        Code.WRONG_STATE,
        "domain 'd' is paused and cannot be shut down: only a running domain can be",
        domain::shutdown);
    domain.destroy();
    for (ThrowingCallable operation :
        List.<ThrowingCallable>of(
            domain::start, domain::pause, domain::unpause, domain::shutdown)) {
      assertThatExceptionOfType(DomainException.class)
          .isThrownBy(operation)
          .withMessageStartingWith("domain 'd' is destroyed and cannot be ");
    }
    assertThat(domain.state()).isEqualTo(DomainState.DESTROYED);
  }

  @Test
  void shouldAskTheGuestToPowerOff() throws Exception {
    machines.listensForPowerOff = true;
    Domain domain = hypervisor.define(spec("d", MIB));
    List<DomainState> seen = new CopyOnWriteArrayList<>();
    domain.watch(seen::add);
    domain.start();
    domain.shutdown();
    await().until(() -> domain.state() == DomainState.STOPPED);
    await()
        .untilAsserted(() ->
            assertThat(seen)
                .containsExactly(
                    DomainState.RUNNING, DomainState.SHUTTING_DOWN, DomainState.STOPPED));
  }

  @Test
  void shouldSayThatAGuestDoesNotListen() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    domain.start();
    refused(
        Code.WRONG_STATE,
        "the guest of domain 'd' does not listen on its control channel; use destroy",
        domain::shutdown);
    assertThat(domain.state()).isEqualTo(DomainState.RUNNING);
  }

  @Test
  void shouldKeepStatusReasonAndFiguresAndReleaseMemoryWhenTheGuestEnds() throws Exception {
    Domain domain = hypervisor.define(spec("d", 48 * MIB));
    domain.start();
    assertThat(hypervisor.resources().memoryFreeBytes()).isEqualTo(16 * MIB);
    clock.advance(10_000_000_000L);
    machines.last().tell(machine -> machine.events.poweredOff(7));
    await().until(() -> domain.state() == DomainState.STOPPED);
    assertThat(domain.exitStatus()).isEqualTo(7);
    assertThat(domain.reason()).isEqualTo("powered off with status 7");
    assertThat(machines.last().closed).isTrue();
    assertThat(hypervisor.resources().memoryFreeBytes()).isEqualTo(64 * MIB);
    DomainCounters last = domain.counters();
    assertThat(last.memoryByteSeconds()).isBetween(480 * MIB, 600 * MIB);
    assertThat(last.diskWriteBytes()).isEqualTo(1024);
    assertThat(last.retiredInstructions()).isEqualTo(200);
    clock.advance(10_000_000_000L);
    assertThat(domain.counters()).isEqualTo(last);
    assertThat(hypervisor.find(domain.spec().uuid())).contains(domain);
  }

  @Test
  void shouldCrashWithTheMachinesReason() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    domain.start();
    machines.last().tell(machine -> machine.events.crashed("the bus is on fire"));
    await().until(() -> domain.state() == DomainState.CRASHED);
    assertThat(domain.reason()).isEqualTo("the bus is on fire");
    assertThat(domain.exitStatus()).isEqualTo(1);
    assertThat(machines.last().closed).isTrue();
  }

  @Test
  void shouldCrashOnlyTheDomainWhoseEngineFails() throws Exception {
    Domain broken = hypervisor.define(spec("broken", MIB));
    Domain fine = hypervisor.define(spec("fine", MIB));
    broken.start();
    fine.start();
    machines
        .built
        .getFirst()
        .tell(machine -> {
          throw new IllegalStateException("a bug");
        });
    await().until(() -> broken.state() == DomainState.CRASHED);
    assertThat(broken.reason())
        .isEqualTo("a virtual processor failed: java.lang.IllegalStateException: a bug");
    machines.last().tell(machine -> machine.events.poweredOff(0));
    await().until(() -> fine.state() == DomainState.STOPPED);
  }

  @Test
  void shouldLoadAFreshMachineOnResetAndGoOnCounting() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    domain.start();
    machines.last().tell(machine -> machine.events.reset());
    await().until(() -> machines.built.size() == 2);
    assertThat(machines.built.getFirst().closed).isTrue();
    await().until(() -> domain.counters().retiredInstructions() == 300);
    assertThat(domain.counters().exits()).containsEntry("wfi", 10L);
    assertThat(domain.state()).isEqualTo(DomainState.RUNNING);
    machines.built.getFirst().events.poweredOff(3);
    machines.last().tell(machine -> machine.events.poweredOff(0));
    await().until(() -> domain.state() == DomainState.STOPPED);
    assertThat(domain.exitStatus()).isZero();
  }

  @Test
  void shouldCrashWhenAResetCannotLoad() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    domain.start();
    machines.refusal = new IOException("kernel 'k' is not a kernel");
    machines.last().tell(machine -> machine.events.reset());
    await().until(() -> domain.state() == DomainState.CRASHED);
    assertThat(domain.reason())
        .isEqualTo("reset failed: domain 'd' cannot start: kernel 'k' is not a kernel");
  }

  @Test
  void shouldStayDefinedWhenTheMachineCannotBeBuilt() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    machines.refusal = new IOException("kernel 'k' is not a kernel");
    refused(Code.INVALID, "domain 'd' cannot start: kernel 'k' is not a kernel", domain::start);
    assertThat(domain.state()).isEqualTo(DomainState.DEFINED);
    machines.refusal = null;
    domain.start();
    assertThat(domain.state()).isEqualTo(DomainState.RUNNING);
  }

  @Test
  void shouldDestroyFromAnyStateTwiceAndLeaveNothing() throws Exception {
    Domain defined = hypervisor.define(spec("defined", 8 * MIB));
    Domain running = hypervisor.define(spec("running", 8 * MIB));
    Domain paused = hypervisor.define(spec("paused", 8 * MIB));
    running.start();
    machines.last().burn(true);
    paused.start();
    paused.pause();
    assertThat(hypervisor.list()).containsExactly(defined, running, paused);
    for (Domain domain : hypervisor.list()) {
      domain.destroy();
      domain.destroy();
      assertThat(hypervisor.find(domain.spec().uuid())).isEmpty();
    }
    assertThat(machines.built).hasSize(2).allMatch(machine -> machine.closed);
    assertThat(hypervisor.resources().memoryFreeBytes()).isEqualTo(64 * MIB);
    hypervisor.define(spec("running", 64 * MIB));
  }

  @Test
  void shouldPromiseMemoryFromDefineOn() throws Exception {
    hypervisor.define(spec("first", 60 * MIB));
    refused(
        Code.EXHAUSTED,
        "memory of 8388608 bytes for domain 'second' is more than the 4194304 bytes this host has"
            + " left",
        () -> hypervisor.define(spec("second", 8 * MIB)));
    assertThat(hypervisor.list()).hasSize(1);
    hypervisor.check(spec("second", 4 * MIB));
    assertThat(hypervisor.resources().memoryFreeBytes()).isEqualTo(4 * MIB);
  }

  @Test
  void shouldRefuseATakenNameOrUuid() throws Exception {
    DomainSpec first = spec("taken", MIB);
    hypervisor.define(first);
    refused(
        Code.ALREADY_EXISTS,
        "name 'taken' is taken by domain " + first.uuid(),
        () -> hypervisor.define(spec("taken", MIB)));
    refused(
        Code.ALREADY_EXISTS,
        "uuid %s is taken by domain 'taken'".formatted(first.uuid()),
        () ->
            hypervisor.define(
                new DomainSpec(
                    first.uuid(), "b", MIB, 1, first.boot(), List.of(), first.scheduling())));
  }

  @Test
  void shouldRefuseASpecificationThatBreaksARule() throws Exception {
    invalid(
        "name '-x' is not allowed: 1 to 63 letters, digits, '.', '_' or '-', beginning with a"
            + " letter or digit",
        spec("-x", MIB));
    invalid(
        "name '%s' is not allowed: 1 to 63 letters, digits, '.', '_' or '-', beginning with a"
                .formatted("x".repeat(64))
            + " letter or digit",
        spec("x".repeat(64), MIB));
    invalid(
        "memory of 0 bytes is not allowed: it must be a positive multiple of 4096", spec("d", 0));
    invalid(
        "memory of 4097 bytes is not allowed: it must be a positive multiple of 4096",
        spec("d", 4097));
    refused(
        Code.EXHAUSTED,
        "memory of 68157440 bytes is more than the 67108864 bytes this host has",
        () -> hypervisor.define(spec("d", 65 * MIB)));
    invalid(
        "0 vcpus are not allowed: 1 to 128 are",
        spec(0, boot(kernel), List.of(), SchedulingSpec.DEFAULT));
    invalid(
        "129 vcpus are not allowed: 1 to 128 are",
        spec(129, boot(kernel), List.of(), SchedulingSpec.DEFAULT));
    invalid(
        "mcu_advance must be at least 1, not 0",
        spec(1, boot(kernel), List.of(), new SchedulingSpec(0, 0, 0, 0)));
    invalid(
        "warp_us must not be negative, but is -1",
        spec(1, boot(kernel), List.of(), new SchedulingSpec(10, -1, 0, 0)));
    invalid(
        "domain 'd' has nothing to start: give a kernel or firmware",
        spec(1, boot(null), List.of(), SchedulingSpec.DEFAULT));
    invalid(
        "kernel '%s' is not a file".formatted(folder),
        spec(1, boot(folder), List.of(), SchedulingSpec.DEFAULT));
    refused(
        Code.NOT_FOUND,
        "kernel '/no/such/kernel' does not exist",
        () ->
            hypervisor.define(
                spec(1, boot(Path.of("/no/such/kernel")), List.of(), SchedulingSpec.DEFAULT)));
    refused(
        Code.NOT_FOUND,
        "disk '/no/such/disk' does not exist",
        () -> hypervisor.define(withDisk(Path.of("/no/such/disk"))));
    Path odd = Files.write(folder.resolve("odd"), new byte[513]);
    invalid(
        "disk '%s' has 513 bytes: its size must be a positive multiple of 512".formatted(odd),
        withDisk(odd));
    assertThat(hypervisor.list()).isEmpty();
    assertThat(hypervisor.resources().memoryFreeBytes()).isEqualTo(64 * MIB);
  }

  @Test
  void shouldTakeInNoDomainOnceClosed() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    domain.start();
    hypervisor.close();
    assertThat(domain.state()).isEqualTo(DomainState.DESTROYED);
    refused(
        Code.WRONG_STATE,
        "this hypervisor is shut down",
        () -> hypervisor.define(spec("late", MIB)));
  }

  @Test
  void shouldTypeToTheMachineThatRuns() throws Exception {
    Domain domain = hypervisor.define(spec("d", MIB));
    byte[] text = {'h', 'i', '!'};
    assertThat(domain.console().write(text, 0, 3)).as("no machine yet").isZero();
    domain.start();
    machines.last().inputRoom = 2;
    assertThat(domain.console().write(text, 0, 3)).isEqualTo(2);
    assertThat(machines.last().typed.toString()).isEqualTo("hi");
  }

  private void invalid(String message, DomainSpec spec) {
    refused(Code.INVALID, message, () -> hypervisor.define(spec));
  }

  private static void refused(Code code, String message, ThrowingCallable operation) {
    assertThatExceptionOfType(DomainException.class)
        .isThrownBy(operation)
        .withMessage(message)
        .matches(e -> e.code() == code, "code " + code);
  }

  private DomainSpec spec(String name, long memoryBytes) {
    return new DomainSpec(
        UUID.randomUUID(), name, memoryBytes, 2, boot(kernel), List.of(), SchedulingSpec.DEFAULT);
  }

  private DomainSpec withDisk(Path disk) {
    return spec(1, boot(kernel), List.of(new DiskSpec(disk, false)), SchedulingSpec.DEFAULT);
  }

  private static DomainSpec spec(
      int vcpus, BootSpec boot, List<DiskSpec> disks, SchedulingSpec scheduling) {
    return new DomainSpec(UUID.randomUUID(), "d", MIB, vcpus, boot, disks, scheduling);
  }

  private static BootSpec boot(@Nullable Path kernel) {
    return new BootSpec(kernel, null, "", null);
  }

  /** The system's clock with jumps forward. */
  private static final class SkewedClock implements Clock {
    private final Clock system = Clock.system();
    private volatile long skewNs;

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the test's thread advances it.
    void advance(long ns) {
      skewNs += ns;
    }

    @Override
    public long monotonicNs() {
      return system.monotonicNs() + skewNs;
    }

    @Override
    public long wallNs() {
      return system.wallNs() + skewNs;
    }
  }
}
