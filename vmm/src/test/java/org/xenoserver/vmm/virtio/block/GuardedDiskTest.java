package org.xenoserver.vmm.virtio.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_INDIRECT;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.time.ManualClock;
import org.xenoserver.vmm.virtio.GuestDriver.Buffer;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;
import org.xenoserver.vmm.virtio.TestBoard;

/** Disks of hosts that lose their permit, or their epoch. */
@Timeout(30)
final class GuardedDiskTest {
  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int FLUSH = 4;
  private static final int SECTORS = 2048;
  private static final long FEATURE_FLUSH = 1 << 9;
  private static final UUID DOMAIN = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  @TempDir private Path folder;
  private Path file;
  private final ManualClock clock = new ManualClock(0);
  private final List<Host> hosts = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    file = Files.write(folder.resolve("disk.raw"), new byte[SECTORS * 512]);
  }

  @AfterEach
  void close() {
    hosts.forEach(Host::close);
  }

  /** One opening of the disk, with a guest that drives it. */
  private final class Host {
    final RunPermit permit = RunPermit.untilProven(clock);
    final List<String> lost = Collections.synchronizedList(new ArrayList<>());
    final AtomicReference<@Nullable Runnable> retry = new AtomicReference<>();
    final BlockDevice device;
    final TestBoard board;
    Ring ring;
    private boolean closed;

    Host(DiskSpec spec, UUID domain) throws IOException {
      device =
          new BlockDevice(
              spec,
              new DiskUser(domain, permit, clock, (atNs, action) -> retry.set(action), lost::add),
              "disk");
      permit.extendTo(1000);
      board = new TestBoard(device);
      ring = boot();
      hosts.add(this);
    }

    Ring boot() {
      long features = FEATURE_FLUSH | FEATURE_VERSION_1 | FEATURE_INDIRECT;
      assertThat(board.driver.negotiate(features)).isTrue();
      ring = board.driver.ring(0, 64);
      board.driver.start();
      return ring;
    }

    /** Makes a request available and tells the device; the status is 0xff until it completes. */
    Buffer ask(int type, long sector, Buffer... data) {
      ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      Buffer status = board.driver.writable(1);
      board.memory.putByte(status.address(), (byte) 0xff);
      Buffer[] chain = new Buffer[data.length + 2];
      chain[0] = board.driver.readable(header.putInt(0, type).putLong(8, sector).array());
      System.arraycopy(data, 0, chain, 1, data.length);
      chain[data.length + 1] = status;
      ring.addIndirect(chain);
      ring.notifyDevice();
      return status;
    }

    Buffer write(int sector, int value) {
      byte[] bytes = new byte[512];
      Arrays.fill(bytes, (byte) value);
      return ask(OUT, sector, board.driver.readable(bytes));
    }

    int status(Buffer status) {
      return board.driver.bytes(status)[0] & 0xff;
    }

    int completed(Buffer status) {
      await().until(() -> status(status) != 0xff);
      return status(status);
    }

    void close() {
      if (!closed) {
        closed = true;
        board.close();
      }
    }
  }

  private Host host(long epoch) throws IOException {
    return new Host(new DiskSpec(file, false, true, epoch), DOMAIN);
  }

  private byte sector(int sector) throws IOException {
    return Files.readAllBytes(file)[sector * 512];
  }

  @Test
  void shouldBeginNothingWithoutThePermitAndAnswerOnceItIsBack() throws Exception {
    Host host = new Host(new DiskSpec(file, false), DOMAIN);
    assertThat(host.completed(host.write(1, 1))).isZero();
    clock.advance(1000);
    Buffer write = host.write(1, 2);
    Buffer flush = host.ask(FLUSH, 0);
    Buffer read = host.ask(IN, 1, host.board.driver.writable(512));
    host.board.settle();
    assertThat(List.of(host.status(write), host.status(flush), host.status(read)))
        .containsOnly(0xff);
    assertThat(sector(1)).isEqualTo((byte) 1);
    host.permit.extendTo(3000);
    assertThat(host.completed(read)).isZero();
    assertThat(host.status(write)).isZero();
    assertThat(host.status(flush)).isZero();
    assertThat(sector(1)).isEqualTo((byte) 2);
  }

  @Test
  void shouldStopInTheMiddleOfALargeWrite() throws Exception {
    Host host = new Host(new DiskSpec(file, false), DOMAIN);
    byte[] bytes = new byte[SECTORS * 512];
    Arrays.fill(bytes, (byte) 7);
    Buffer data = host.board.driver.readable(bytes);
    // The clock is read once before the request and once before each piece.
    host.permit.revoke();
    host.permit.extendTo(clock.monotonicNs() + 3);
    clock.setStepNs(1);
    Buffer write = host.ask(OUT, 0, data);
    host.board.settle();
    assertThat(host.status(write)).isEqualTo(0xff);
    byte[] stored = Files.readAllBytes(file);
    assertThat(stored[0]).isEqualTo((byte) 7);
    assertThat(stored[stored.length - 1]).isZero();
    clock.setStepNs(0);
    host.permit.extendTo(Long.MAX_VALUE);
    assertThat(host.completed(write)).isZero();
    assertThat(Files.readAllBytes(file)).containsOnly(7);
  }

  @Test
  void shouldForgetAWaitingRequestWhenTheGuestResetsTheDevice() throws Exception {
    Host host = new Host(new DiskSpec(file, false), DOMAIN);
    host.permit.revoke();
    host.permit.extendTo(clock.monotonicNs() + 1);
    clock.setStepNs(1);
    Buffer write = host.write(1, 1);
    host.board.settle();
    assertThat(host.status(write)).isEqualTo(0xff);
    clock.setStepNs(0);
    host.boot();
    Buffer later = host.write(2, 2);
    host.permit.extendTo(Long.MAX_VALUE);
    assertThat(host.completed(later)).isZero();
    assertThat(host.status(write)).isEqualTo(0xff);
    assertThat(sector(1)).isZero();
  }

  @Test
  void shouldCloseWhileRequestsWait() throws Exception {
    Host host = new Host(new DiskSpec(file, false), DOMAIN);
    host.permit.revoke();
    host.write(1, 1);
    host.board.settle();
    host.close();
    assertThat(sector(1)).isZero();
  }

  @Test
  void shouldLetANewerEpochTakeTheDiskFromAWriterThatStillHasItOpen() throws Exception {
    Host old = host(4);
    assertThat(old.completed(old.write(1, 4))).isZero();
    Host fresh = host(5);
    assertThat(fresh.completed(fresh.write(1, 5))).isZero();
    assertThat(old.completed(old.write(1, 4))).isEqualTo(1);
    assertThat(old.completed(old.ask(FLUSH, 0))).isEqualTo(1);
    assertThat(sector(1)).isEqualTo((byte) 5);
    assertThat(old.lost)
        .containsExactly(
            "disk %s belongs to epoch 5 of domain %s, so that epoch 4 of domain %s may write no more"
                .formatted(file, DOMAIN, DOMAIN));
    assertThat(fresh.lost).isEmpty();
    assertThat(fresh.completed(fresh.write(2, 5))).isZero();
  }

  @Test
  void shouldRefuseAnOlderEpochEvenAfterTheNewerIsGone() throws Exception {
    host(5).close();
    assertThatThrownBy(() -> host(4))
        .isInstanceOf(IOException.class)
        .hasMessage("disk %s belongs to epoch 5 of its domain and is not given to epoch 4", file);
    Host again = host(5);
    assertThat(again.completed(again.write(1, 1))).isZero();
  }

  @Test
  void shouldLetTheSameEpochTakeTheDiskOnceMore() throws Exception {
    Host hung = host(4);
    Host first = host(5);
    first.close();
    Host again = host(5);
    assertThat(again.completed(again.write(1, 1))).isZero();
    Host restarted = host(5);
    assertThat(restarted.completed(restarted.write(1, 2))).isZero();
    assertThat(again.completed(again.write(1, 1))).isEqualTo(1);
    assertThat(hung.completed(hung.write(1, 1))).isEqualTo(1);
    assertThat(again.lost).hasSize(1);
    assertThat(sector(1)).isEqualTo((byte) 2);
  }

  @Test
  void shouldNotCompareEpochsOfDifferentDomains() throws Exception {
    Host first = host(5);
    DiskSpec spec = new DiskSpec(file, false, true, 9);
    assertThatThrownBy(() -> new Host(spec, OTHER))
        .hasMessage("disk %s is in use: epoch 5 of domain %s may write to it", file, DOMAIN);
    assertThat(first.completed(first.write(1, 1))).isZero();
    first.close();
    Host second = new Host(new DiskSpec(file, false, true, 1), OTHER);
    assertThat(second.completed(second.write(1, 2))).isZero();
  }

  @Test
  void shouldKeepWritersWithoutAnEpochAwayUntilTheRecordIsDeleted() throws Exception {
    host(5).close();
    Path record = folder.resolve("disk.raw.owner");
    assertThatThrownBy(() -> new Host(new DiskSpec(file, false), OTHER))
        .hasMessage(
            "disk %s belongs to a domain of a cluster: to use it otherwise, delete %s",
            file, record);
    new Host(new DiskSpec(file, true), OTHER).close();
    Files.delete(record);
    new Host(new DiskSpec(file, false), OTHER);
    assertThatThrownBy(() -> host(6))
        .hasMessage("disk %s is in use: another domain may write to it", file);
  }

  @Test
  void shouldTryAgainWhileAnotherLooksAtTheOwner() throws Exception {
    Host host = host(5);
    OwnerFile another = OwnerFile.beside(file);
    OwnerFile.Locked lock = Objects.requireNonNull(another.tryLock());
    Buffer write = host.write(1, 1);
    await().until(() -> host.retry.get() != null);
    host.board.settle();
    assertThat(host.status(write)).isEqualTo(0xff);
    assertThat(sector(1)).isZero();
    lock.close();
    Objects.requireNonNull(host.retry.get()).run();
    assertThat(host.completed(write)).isZero();
    assertThat(sector(1)).isEqualTo((byte) 1);
    another.close();
  }

  @Test
  void shouldRefuseADamagedRecord() throws Exception {
    Files.writeString(folder.resolve("disk.raw.owner"), "epoch 5\n");
    assertThatThrownBy(() -> host(6))
        .hasMessage(
            "%s does not say who owns the disk beside it", folder.resolve("disk.raw.owner"));
  }
}
