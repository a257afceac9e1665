package org.xenoserver.vmm.virtio.block;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_EVENT_INDEX;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_INDIRECT;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xenoserver.vmm.domain.DiskSpec;
import org.xenoserver.vmm.domain.RunPermit;
import org.xenoserver.vmm.time.Clock;
import org.xenoserver.vmm.virtio.GuestDriver.Buffer;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;
import org.xenoserver.vmm.virtio.RingGarbage;
import org.xenoserver.vmm.virtio.TestBoard;

final class BlockDeviceTest {
  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int FLUSH = 4;
  private static final int GET_ID = 8;
  private static final int SECTORS = 4096;
  private static final long FEATURE_FLUSH = 1 << 9;

  @TempDir private Path folder;
  private Path file;
  private byte[] content;
  private BlockDevice device;
  private TestBoard board;
  private Ring ring;

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("disk.raw");
    content = new byte[SECTORS * 512];
    new Random(1).nextBytes(content);
    Files.write(file, content);
    open(false, FEATURE_FLUSH);
  }

  private static BlockDevice disk(Path file, boolean readOnly) throws IOException {
    DiskUser user =
        new DiskUser(
            new UUID(0, 1),
            RunPermit.unlimited(),
            Clock.system(),
            (deadlineNs, action) -> {},
            reason -> {});
    return new BlockDevice(new DiskSpec(file, readOnly), user, "disk-0");
  }

  private void open(boolean readOnly, long features) throws IOException {
    device = disk(file, readOnly);
    board = new TestBoard(device);
    long all = features | FEATURE_VERSION_1 | FEATURE_INDIRECT | FEATURE_EVENT_INDEX;
    assertThat(board.driver.negotiate(all)).isTrue();
    ring = board.driver.ring(0, 64);
    board.driver.start();
  }

  @AfterEach
  void close() {
    board.close();
  }

  private Buffer header(int type, long sector) {
    ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return board.driver.readable(header.putInt(0, type).putLong(8, sector).array());
  }

  private Buffer status() {
    Buffer status = board.driver.writable(1);
    board.memory.putByte(status.address(), (byte) 0xff);
    return status;
  }

  private int request(int type, long sector, Buffer... data) {
    Buffer status = status();
    Buffer[] chain = new Buffer[data.length + 2];
    chain[0] = header(type, sector);
    System.arraycopy(data, 0, chain, 1, data.length);
    chain[data.length + 1] = status;
    ring.addIndirect(chain);
    ring.awaitUsed(1);
    return board.driver.bytes(status)[0];
  }

  private byte[] sectors(int first, int count) {
    return Arrays.copyOfRange(content, first * 512, (first + count) * 512);
  }

  @Test
  void shouldDescribeTheDisk() throws IOException {
    assertThat(board.mmio.read(0x100, 8)).isEqualTo(SECTORS);
    assertThat(board.mmio.read(0x10c, 4)).isEqualTo(254);
    assertThat(board.mmio.read(0x114, 4)).isEqualTo(512);
    assertThat(board.driver.offeredFeatures() & 0xffffff).isEqualTo(1 << 2 | 1 << 6 | 1 << 9);
    board.close();
    open(true, FEATURE_FLUSH);
    assertThat(board.driver.offeredFeatures() & 1 << 5).isNotZero();
  }

  @Test
  void shouldReadIntoSeveralBuffers() {
    Buffer first = board.driver.writable(100);
    Buffer second = board.driver.writable(924);
    assertThat(request(IN, 7, first, second)).isZero();
    byte[] expected = sectors(7, 2);
    assertThat(board.driver.bytes(first)).isEqualTo(Arrays.copyOf(expected, 100));
    assertThat(board.driver.bytes(second)).isEqualTo(Arrays.copyOfRange(expected, 100, 1024));
    assertThat(device.counters().readOperations()).isEqualTo(1);
    assertThat(device.counters().readBytes()).isEqualTo(1024);
  }

  @Test
  void shouldReadAndWriteMoreThanIsStagedAtOnce() throws IOException {
    Buffer all = board.driver.writable(2000 * 512);
    assertThat(request(IN, 96, all)).isZero();
    assertThat(board.driver.bytes(all)).isEqualTo(sectors(96, 2000));
    byte[] fresh = new byte[2000 * 512];
    new Random(2).nextBytes(fresh);
    assertThat(request(OUT, 5, board.driver.readable(fresh))).isZero();
    System.arraycopy(fresh, 0, content, 5 * 512, fresh.length);
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    assertThat(device.counters().writeOperations()).isEqualTo(1);
    assertThat(device.counters().writeBytes()).isEqualTo(fresh.length);
  }

  @Test
  void shouldAcceptARequestThatIsCutUpInOddPlaces() {
    Buffer header = header(IN, 3);
    Buffer data = board.driver.writable(513);
    Buffer head = new Buffer(header.address(), 5, false);
    Buffer tail = new Buffer(header.address() + 5, 11, false);
    ring.add(head, tail, data);
    assertThat(ring.awaitUsed(1)).containsExactly(513);
    byte[] answer = board.driver.bytes(data);
    assertThat(Arrays.copyOf(answer, 512)).isEqualTo(sectors(3, 1));
    assertThat(answer[512]).isZero();
  }

  @Test
  void shouldFlush() {
    assertThat(request(OUT, 0, board.driver.readable(new byte[512]))).isZero();
    assertThat(request(FLUSH, 0)).isZero();
    assertThat(device.counters().flushOperations()).isEqualTo(1);
  }

  @Test
  void shouldTellItsSerialNumber() {
    Buffer id = board.driver.writable(20);
    assertThat(request(GET_ID, 0, id)).isZero();
    assertThat(new String(board.driver.bytes(id), US_ASCII).trim()).isEqualTo("disk-0");
  }

  @Test
  void shouldRefuseRequestsBeyondTheEndAndOfHalfSectors() throws IOException {
    long[] beyond = {SECTORS, SECTORS - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 55};
    for (long sector : beyond) {
      assertThat(request(IN, sector, board.driver.writable(1024))).isEqualTo(1);
      assertThat(request(OUT, sector, board.driver.readable(new byte[1024]))).isEqualTo(1);
    }
    assertThat(request(IN, 0, board.driver.writable(100))).isEqualTo(1);
    assertThat(request(OUT, 0, board.driver.readable(new byte[100]))).isEqualTo(1);
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
    assertThat(device.counters().readOperations()).isZero();
    assertThat(device.counters().writeOperations()).isZero();
    assertThat(request(IN, SECTORS - 2, board.driver.writable(1024))).isZero();
  }

  @Test
  void shouldRefuseToWriteAReadOnlyDisk() throws IOException {
    board.close();
    open(true, FEATURE_FLUSH);
    assertThat(request(OUT, 0, board.driver.readable(new byte[512]))).isEqualTo(1);
    assertThat(request(FLUSH, 0)).isZero();
    assertThat(request(IN, 0, board.driver.writable(512))).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(content);
  }

  @Test
  void shouldSayThatItDoesNotKnowARequest() {
    assertThat(request(11, 0)).isEqualTo(2);
    assertThat(request(0x7fff_ffff, 0, board.driver.writable(512))).isEqualTo(2);
  }

  @Test
  void shouldReportAnErrorWhenTheImageHasBecomeShorter() throws IOException {
    Files.write(file, new byte[512]);
    assertThat(request(IN, 1, board.driver.writable(512))).isEqualTo(1);
    assertThat(request(IN, 0, board.driver.writable(512))).isZero();
  }

  @Test
  void shouldNeedAResetAfterARequestWithoutHeaderOrStatus() {
    ring.add(board.driver.readable(new byte[15]), board.driver.writable(1));
    ring.notifyDevice();
    await().until(board.driver::needsReset);
  }

  @Test
  void shouldWriteForADriverThatKnowsNoFlush() throws IOException {
    board.close();
    open(false, 0);
    assertThat(request(OUT, 0, board.driver.readable(new byte[512]))).isZero();
    assertThat(Files.readAllBytes(file)).startsWith(new byte[512]);
  }

  @Test
  void shouldServeManyRequestsAtOnce() {
    Buffer[] data = new Buffer[20];
    for (int i = 0; i < data.length; i++) {
      data[i] = board.driver.writable(512);
      ring.add(header(IN, i), data[i], status());
    }
    ring.awaitUsed(data.length);
    for (int i = 0; i < data.length; i++) {
      assertThat(board.driver.bytes(data[i])).isEqualTo(sectors(i, 1));
    }
  }

  @Test
  void shouldNameTheFileItCannotUse() throws IOException {
    Path missing = folder.resolve("missing.raw");
    assertThatThrownBy(() -> disk(missing, false))
        .isInstanceOf(IOException.class)
        .hasMessage("disk %s does not exist", missing);
    assertThatThrownBy(() -> disk(folder, false))
        .hasMessage("disk %s is not a regular file", folder);
    Path odd = Files.write(folder.resolve("odd.raw"), new byte[513]);
    assertThatThrownBy(() -> disk(odd, true))
        .hasMessage("disk %s has 513 bytes, which is not a multiple of 512", odd);
  }

  @Test
  void shouldRefuseASecondWriterUntilTheFirstIsGone() throws IOException {
    assertThatThrownBy(() -> disk(file, false))
        .hasMessage("disk %s is in use: another domain may write to it", file);
    board.close();
    open(false, FEATURE_FLUSH);
    assertThat(device.counters().readOperations()).isZero();
  }

  @Test
  void shouldSurviveGarbageInItsRings() throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("BlockDeviceTest seed " + seed);
    assertThat(RingGarbage.feed(board, 1, new Random(seed), 500)).isBetween(10, 500);
  }
}
