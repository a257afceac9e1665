package org.xenoserver.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_INDIRECT;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;

final class MalformedRingTest {
  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final int INDIRECT = 4;

  private final TestBoard board = new TestBoard(new EchoDevice());
  private final GuestDriver driver = board.driver;

  @AfterEach
  void close() {
    board.close();
  }

  private Ring started() {
    assertThat(driver.negotiate(FEATURE_VERSION_1 | FEATURE_INDIRECT)).isTrue();
    Ring ring = driver.ring(0, 8);
    driver.start();
    return ring;
  }

  private void expectNeedsReset(Ring ring) {
    ring.notifyDevice();
    await().until(driver::needsReset);
    assertThat(board.interrupt()).isTrue();
    assertThat(driver.get(GuestDriver.INTERRUPT_STATUS) & 2).isEqualTo(2);
    Ring fresh = started();
    fresh.add(driver.readable(new byte[] {1}), driver.writable(1));
    assertThat(fresh.awaitUsed(1)).containsExactly(1);
  }

  @Test
  void shouldRefuseAHeadOutsideTheTable() {
    Ring ring = started();
    ring.publish(8);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAnIndexFurtherAheadThanTheQueueIsLong() {
    Ring ring = started();
    ring.setAvailableIndex(9);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseALoop() {
    Ring ring = started();
    ring.descriptor(0, 0x8000_0000L, 4, NEXT, 1);
    ring.descriptor(1, 0x8000_0000L, 4, NEXT, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0x7fff_ffffL, 0x80ff_ffffL, 0x8100_0000L, Long.MIN_VALUE, -1})
  void shouldRefuseABufferOutsideRam(long address) {
    Ring ring = started();
    ring.descriptor(0, address, 2, WRITE, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAReadableBufferAfterAWritableOne() {
    Ring ring = started();
    ring.descriptor(0, 0x8000_0000L, 4, WRITE | NEXT, 1);
    ring.descriptor(1, 0x8000_0000L, 4, 0, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAnIndirectTableWithinAnother() {
    Ring ring = started();
    long table = driver.allocate(32);
    ring.descriptor(table, 0, table, 16, INDIRECT, 0);
    ring.descriptor(0, table, 16, INDIRECT, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 17, -16})
  void shouldRefuseAnIndirectTableOfAnOddLength(int length) {
    Ring ring = started();
    ring.descriptor(0, driver.allocate(32), length, INDIRECT, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseADescriptorAfterAnIndirectOne() {
    Ring ring = started();
    ring.descriptor(0, driver.allocate(32), 16, INDIRECT | NEXT, 1);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAnIndirectChainLongerThanTheLongestQueue() {
    Ring ring = started();
    int entries = 300;
    long table = driver.allocate(16 * entries);
    for (int i = 0; i < entries; i++) {
      ring.descriptor(table, i, table, 1, i < entries - 1 ? NEXT : 0, i + 1);
    }
    ring.descriptor(0, table, 16 * entries, INDIRECT, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAChainThatSpansTooMuch() {
    Ring ring = started();
    int entries = 17;
    long table = driver.allocate(16 * entries);
    for (int i = 0; i < entries; i++) {
      ring.descriptor(table, i, 0x8000_0000L, 16 << 20, i < entries - 1 ? NEXT : 0, i + 1);
    }
    ring.descriptor(0, table, 16 * entries, INDIRECT, 0);
    ring.publish(0);
    expectNeedsReset(ring);
  }

  @Test
  void shouldRefuseAQueueThatDoesNotFitIntoRam() {
    long[][] setups = {
      {8, 0x8000_0008L, 0x8000_1000L, 0x8000_2000L},
      {8, 0x8000_0000L, 0x8000_1001L, 0x8000_2000L},
      {8, 0x8000_0000L, 0x8000_1000L, 0x8000_2002L},
      {8, 0x80ff_fff0L, 0x8000_1000L, 0x8000_2000L},
      {8, 0x8000_0000L, -16L, 0x8000_2000L},
      {8, 0x8000_0000L, 0x8000_1000L, 0x80ff_fffcL},
      {7, 0x8000_0000L, 0x8000_1000L, 0x8000_2000L},
      {0, 0x8000_0000L, 0x8000_1000L, 0x8000_2000L},
      {512, 0x8000_0000L, 0x8000_1000L, 0x8000_2000L},
      {0x8000_0000L, 0x8000_0000L, 0x8000_1000L, 0x8000_2000L},
    };
    for (long[] setup : setups) {
      assertThat(driver.negotiate(FEATURE_VERSION_1)).isTrue();
      driver.setUp(0, (int) setup[0], setup[1], setup[2], setup[3]);
      assertThat(driver.get(GuestDriver.QUEUE_READY)).isZero();
      assertThat(driver.needsReset()).isTrue();
    }
  }

  @Test
  void shouldSurviveGarbageInRingsAndRegisters() throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("MalformedRingTest seed " + seed);
    int broken = RingGarbage.feed(board, 2, new Random(seed), 2000);
    assertThat(broken).isBetween(100, 2000);
    Ring ring = started();
    ring.add(driver.readable(new byte[] {1}), driver.writable(1));
    assertThat(ring.awaitUsed(1)).containsExactly(1);
  }
}
