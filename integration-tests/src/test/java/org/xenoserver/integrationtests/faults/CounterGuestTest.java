package org.xenoserver.integrationtests.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.board.VirtBoardFactory;
import org.xenoserver.vmm.domain.BootSpec;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.Domain;
import org.xenoserver.vmm.domain.DomainSpec;
import org.xenoserver.vmm.domain.DomainState;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.domain.SchedulingSpec;
import org.xenoserver.vmm.hypervisor.HypervisorConfig;
import org.xenoserver.vmm.hypervisor.LocalHypervisor;
import org.xenoserver.vmm.time.Clock;

/** That the counting guest counts, and that it and its checkers see what is wrong. */
@Timeout(60)
final class CounterGuestTest {
  private static final UUID DOMAIN = new UUID(0, 7);

  @TempDir private Path folder;
  private Path disk;
  private Path kernel;
  private Host one;
  private Host two;

  @BeforeEach
  void start() throws Exception {
    kernel = CounterGuest.write(folder.resolve("counter"));
    disk = CounterDisk.create(folder.resolve("disk.raw"));
    one = new Host("one");
    two = new Host("two");
  }

  @AfterEach
  void stopHosts() {
    one.close();
    two.close();
  }

  /** A host as an agent would drive it. */
  private final class Host implements AutoCloseable {
    final String name;
    final Clock clock = Clock.system();
    final RunPermit permit = RunPermit.unlimited();
    final VirtBoardFactory boards = new VirtBoardFactory(clock);
    final LocalHypervisor hypervisor =
        new LocalHypervisor(new HypervisorConfig(1, 64 << 20, clock, permit), boards);

    Host(String name) {
      this.name = name;
    }

    Domain start(DiskSpec spec, Executions executions) throws Exception {
      Domain domain =
          hypervisor.define(
              new DomainSpec(
                  DOMAIN,
                  "counter",
                  CounterGuest.MEMORY_BYTES,
                  1,
                  new BootSpec(kernel, null, "", null),
                  List.of(spec),
                  SchedulingSpec.DEFAULT));
      ConsoleLines lines = new ConsoleLines(line -> executions.add("counter", name, line));
      var unused = domain.console().attach(true, bytes -> lines.add(new String(bytes, US_ASCII)));
      domain.start();
      return domain;
    }

    @Override
    public void close() {
      hypervisor.close();
      boards.close();
    }
  }

  private DiskSpec shared(long epoch) {
    return new DiskSpec(disk, false, true, epoch);
  }

  private void awaitCounts(Executions executions, int count) {
    await().until(() -> executions.counts("counter").size() >= count);
  }

  @Test
  void shouldCountOnAfterAnother() throws Exception {
    Executions executions = new Executions();
    Domain first = one.start(shared(1), executions);
    awaitCounts(executions, 5);
    first.destroy();
    long counted = CounterDisk.counter(disk);
    Domain second = two.start(shared(2), executions);
    awaitCounts(executions, (int) counted + 5);
    second.destroy();
    assertThat(CounterDisk.counter(disk)).isGreaterThanOrEqualTo(counted + 5);
    assertThat(executions.incarnations()).isEqualTo(2);
    assertThat(executions.violations()).isEmpty();
    assertThat(CounterDisk.violations(disk, executions.counts("counter"))).isEmpty();
  }

  @Test
  void shouldStopAtTheDiskThatIsTakenAwayAndBeSeenToHaveRunTwice() throws Exception {
    Executions executions = new Executions();
    Domain first = one.start(shared(1), executions);
    awaitCounts(executions, 3);
    two.start(shared(2), executions);
    await().until(() -> executions.incarnations() == 2);
    await().until(() -> first.state() == DomainState.CRASHED);
    assertThat(first.reason())
        .isEqualTo(
            "disk %s belongs to epoch 2 of domain %s, so that epoch 1 of domain %s may write no more"
                .formatted(disk, DOMAIN, DOMAIN));
    two.close();
    assertThat(CounterDisk.violations(disk, Set.of()))
        .as("the disk was saved by the epoch")
        .isEmpty();
  }

  @Test
  void shouldNoticeAnotherWriterWithoutFencing() throws Exception {
    Executions executions = new Executions();
    Domain first = one.start(new DiskSpec(disk, false), executions);
    awaitCounts(executions, 3);
    try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
      sector.putLong(0, CounterGuest.MAGIC).putLong(8, 0xabcdL).putLong(16, 9);
      await()
          .until(() -> {
            file.write(sector.rewind(), 0);
            return !executions.violations().isEmpty();
          });
    }
    assertThat(executions.violations().getFirst())
        .contains("found the record of abcd while it ran");
    await()
        .untilAsserted(() ->
            assertThat(CounterDisk.violations(disk, Set.of()))
                .anyMatch(
                    violation -> violation.contains("found the record of another while it ran")));
    first.destroy();
  }

  @Test
  void shouldSeeAnInterleavedLogAndALostWrite() throws Exception {
    try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      put(file, 0, new CounterRecord(1, 4, 40));
      put(file, 1, new CounterRecord(1, 1, 10));
      put(file, 2, new CounterRecord(2, 2, 20));
      put(file, 3, new CounterRecord(1, 3, 30));
      put(file, 4, new CounterRecord(1, 4, 25));
    }
    assertThat(CounterDisk.violations(disk, Set.of(new CounterRecord(2, 2, 20))))
        .containsExactly(
            disk + ": incarnation 1 wrote counter 3 after another had begun",
            disk + ": incarnation 1 wrote counter 4 after another had begun");
    assertThat(CounterDisk.violations(disk, Set.of(new CounterRecord(2, 3, 30)))).hasSize(3);
  }

  @Test
  void shouldSeeTwoThatExecuteAtOneTime() {
    Executions executions = new Executions();
    executions.add("d", "one", line(100, 1, 150));
    executions.add("d", "two", line(300, 2, 310));
    assertThat(executions.violations()).isEmpty();
    executions.add("d", "one", line(100, 3, 305));
    assertThat(executions.violations()).hasSize(1);
    assertThat(executions.lastNs("d", "one")).isEqualTo(305);
    assertThat(executions.firstElsewhereNs("d", "one", 200)).isEqualTo(300);
  }

  private static String line(long incarnation, long counter, long atNs) {
    return "C %016x %016x %016x".formatted(incarnation, counter, atNs);
  }

  private static void put(FileChannel file, int sector, CounterRecord record) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(CounterGuest.MAGIC).putLong(record.incarnation());
    bytes.putLong(record.counter()).putLong(record.atNs()).rewind();
    file.write(bytes, sector * 512L);
  }
}
