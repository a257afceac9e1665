package org.xenoserver.vmm.virtio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_EVENT_INDEX;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_INDIRECT;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.virtio.GuestDriver.Buffer;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;

final class VirtioMmioTest {
  private final EchoDevice device = new EchoDevice();
  private final TestBoard board = new TestBoard(device);
  private final GuestDriver driver = board.driver;

  @AfterEach
  void close() {
    device.release.countDown();
    board.close();
  }

  private Ring started(long features) {
    assertThat(driver.negotiate(features | FEATURE_VERSION_1)).isTrue();
    Ring ring = driver.ring(0, 16);
    driver.start();
    return ring;
  }

  private Buffer text(String text) {
    return driver.readable(text.getBytes(US_ASCII));
  }

  private String text(Buffer buffer) {
    return new String(driver.bytes(buffer), US_ASCII);
  }

  @Test
  void shouldIntroduceItself() {
    assertThat(driver.get(0x000)).isEqualTo(0x74726976);
    assertThat(driver.get(0x004)).isEqualTo(2);
    assertThat(driver.get(0x008)).isEqualTo(42);
    assertThat(driver.get(0x0fc)).isZero();
    assertThat(driver.get(0x0b0)).isEqualTo(-1);
    assertThat(driver.offeredFeatures())
        .isEqualTo(1 | FEATURE_VERSION_1 | FEATURE_INDIRECT | FEATURE_EVENT_INDEX);
    assertThat(board.mmio.read(0x100, 4)).isEqualTo(0x04030201);
    assertThat(board.mmio.read(0x102, 2)).isEqualTo(0x0403);
    assertThat(board.mmio.read(0x104, 8)).isEqualTo(5);
    driver.set(0x030, 1);
    assertThat(driver.get(0x034)).isEqualTo(256);
    driver.set(0x030, 2);
    assertThat(driver.get(0x034)).isZero();
    assertThat(new EmptySlot().read(0x000, 4)).isEqualTo(0x74726976);
    assertThat(new EmptySlot().read(0x008, 4)).isZero();
  }

  @Test
  void shouldRefuseFeaturesItDidNotOfferAndDriversBeforeVersion1() {
    assertThat(driver.negotiate(FEATURE_VERSION_1 | 2)).isFalse();
    assertThat(driver.negotiate(1)).isFalse();
    driver.set(GuestDriver.STATUS, 0xf);
    assertThat(driver.get(GuestDriver.STATUS)).isEqualTo(3);
    assertThat(driver.negotiate(FEATURE_VERSION_1 | 1)).isTrue();
  }

  @Test
  void shouldServeChainsAndInterrupt() {
    Ring ring = started(0);
    Buffer answer = driver.writable(8);
    ring.add(text("he"), text("llo"), answer);
    assertThat(ring.awaitUsed(1)).containsExactly(5);
    assertThat(text(answer)).isEqualTo("hello\0\0\0");
    await().until(board::interrupt);
    assertThat(driver.get(GuestDriver.INTERRUPT_STATUS)).isEqualTo(1);
    driver.set(GuestDriver.INTERRUPT_ACKNOWLEDGE, 1);
    assertThat(board.interrupt()).isFalse();
    assertThat(driver.get(GuestDriver.INTERRUPT_STATUS)).isZero();
  }

  @Test
  void shouldServeMoreChainsThanTheRingHasSlots() {
    Ring ring = started(FEATURE_EVENT_INDEX);
    for (int i = 0; i < 70_000; i++) {
      // The index wraps at 65536; only the ends are looked at closely, to be quick.
      Buffer answer = new Buffer(0x8080_0000L, 4, true);
      ring.add(new Buffer(0x8090_0000L, 4, false), answer);
      if (i % 8 == 7) {
        assertThat(ring.awaitUsed(8)).containsOnly(4);
      }
    }
    assertThat(ring.availableEvent()).isEqualTo(70_000 & 0xffff);
    assertThat(driver.needsReset()).isFalse();
  }

  @Test
  void shouldFollowIndirectTablesAlsoAtTheEndOfAChain() {
    Ring ring = started(FEATURE_INDIRECT);
    Buffer first = driver.writable(3);
    Buffer second = driver.writable(3);
    ring.addIndirect(text("abc"), text("def"), first, second);
    assertThat(ring.awaitUsed(1)).containsExactly(6);
    assertThat(text(first) + text(second)).isEqualTo("abcdef");

    Buffer question = text("xyz");
    Buffer answer = driver.writable(3);
    long table = driver.allocate(16);
    ring.descriptor(table, 0, answer.address(), 3, 2, 0);
    ring.descriptor(8, question.address(), 3, 1, 9);
    ring.descriptor(9, table, 16, 4, 0);
    ring.publish(8);
    assertThat(ring.awaitUsed(1)).containsExactly(3);
    assertThat(text(answer)).isEqualTo("xyz");
  }

  @Test
  void shouldNotInterruptWhenTheDriverSaysSo() throws InterruptedException {
    Ring ring = started(0);
    ring.setNoInterrupt(true);
    ring.add(text("a"), driver.writable(1));
    ring.awaitUsed(1);
    board.settle();
    assertThat(board.interrupt()).isFalse();
    ring.setNoInterrupt(false);
    ring.add(text("a"), driver.writable(1));
    ring.awaitUsed(1);
    await().until(board::interrupt);
  }

  @Test
  void shouldInterruptOnlyWhenTheUsedEventIsReached() throws InterruptedException {
    Ring ring = started(FEATURE_EVENT_INDEX);
    ring.setUsedEvent(2);
    for (int i = 0; i < 2; i++) {
      ring.add(text("a"), driver.writable(1));
      ring.awaitUsed(1);
    }
    board.settle();
    assertThat(board.interrupt()).isFalse();
    assertThat(ring.availableEvent()).isEqualTo(2);
    ring.add(text("a"), driver.writable(1));
    ring.awaitUsed(1);
    await().until(board::interrupt);
  }

  @Test
  void shouldNotTouchGuestMemoryAfterAResetThatCameInTheMiddle() throws InterruptedException {
    Ring ring = started(0);
    device.inFlight = new CountDownLatch(1);
    device.release = new CountDownLatch(1);
    Buffer answer = driver.writable(5);
    ring.add(text("hello"), answer);
    ring.notifyDevice();
    device.inFlight.await();
    driver.set(GuestDriver.STATUS, 0);
    assertThat(driver.get(GuestDriver.STATUS)).isZero();
    Ring fresh = started(0);
    device.release.countDown();
    board.settle();
    assertThat(text(answer)).isEqualTo("\0\0\0\0\0");
    assertThat(ring.usedIndex()).isZero();
    assertThat(fresh.usedIndex()).isZero();
    assertThat(board.interrupt()).isFalse();
    Buffer again = driver.writable(5);
    fresh.add(text("again"), again);
    fresh.awaitUsed(1);
    assertThat(text(again)).isEqualTo("again");
  }

  @Test
  void shouldStartNothingWhileHeldAndHoldOnlyOnceIdle() throws InterruptedException {
    Ring ring = started(0);
    device.inFlight = new CountDownLatch(1);
    device.release = new CountDownLatch(1);
    ring.add(text("a"), driver.writable(1));
    ring.add(text("b"), driver.writable(1));
    ring.notifyDevice();
    device.inFlight.await();
    Thread holder = Thread.ofVirtual().start(() -> board.mmio.hold(true));
    await().until(() -> holder.getState() == Thread.State.WAITING);
    device.release.countDown();
    holder.join();
    assertThat(device.completed).isEqualTo(1);
    ring.notifyDevice();
    board.settle();
    assertThat(device.completed).isEqualTo(1);
    board.mmio.hold(false);
    await().until(() -> device.completed == 2);
  }

  @Test
  void shouldServeWhatWasMadeAvailableBeforeTheDriverWasReady() {
    assertThat(driver.negotiate(FEATURE_VERSION_1)).isTrue();
    Ring ring = driver.ring(0, 16);
    ring.add(text("a"), driver.writable(1));
    driver.start();
    await().until(() -> ring.usedIndex() == 1);
  }
}
