package org.xenoserver.vmm.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_EVENT_INDEX;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_INDIRECT;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.util.Random;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;

/** A hostile guest: descriptors, indices and registers at random, near what is valid and far. */
public final class RingGarbage {
  private RingGarbage() {}

  /**
   * Starts a device again and again and feeds its queues garbage.
   *
   * @return in how many rounds the device said it needs a reset
   */
  public static int feed(TestBoard board, int queues, Random random, int rounds)
      throws InterruptedException {
    int broken = 0;
    for (int round = 0; round < rounds; round++) {
      GuestDriver driver = new GuestDriver(board.memory, board.mmio);
      long deviceFeatures = driver.offeredFeatures() & random.nextInt() & 0xffffff;
      long eventIndex = random.nextBoolean() ? FEATURE_EVENT_INDEX : 0;
      long features = FEATURE_VERSION_1 | FEATURE_INDIRECT | eventIndex | deviceFeatures;
      assertThat(driver.negotiate(features)).isTrue();
      Ring[] rings = new Ring[queues];
      for (int i = 0; i < queues; i++) {
        rings[i] = driver.ring(i, 8);
      }
      driver.start();
      for (Ring ring : rings) {
        fill(ring, random);
      }
      if (random.nextInt(4) == 0) {
        board.mmio.write(random.nextInt(0x200) & ~3, 4, random.nextInt() & 0xffff_ffffL);
      }
      board.settle();
      broken += driver.needsReset() ? 1 : 0;
    }
    return broken;
  }

  private static void fill(Ring ring, Random random) {
    for (int slot = 0; slot < 8; slot++) {
      long address = random.nextInt(16) == 0 ? random.nextLong() : nearRam(random);
      int length = random.nextInt(16) == 0 ? random.nextInt() : 1 << random.nextInt(12);
      int flags = random.nextInt(random.nextInt(4) == 0 ? 8 : 4);
      ring.descriptor(slot, address, length, flags, random.nextInt(10));
    }
    for (int i = 0; i < 4; i++) {
      ring.publish(random.nextInt(random.nextInt(16) == 0 ? 0x10000 : 8));
    }
    if (random.nextInt(16) == 0) {
      ring.setAvailableIndex(random.nextInt());
    }
    ring.notifyDevice();
  }

  private static long nearRam(Random random) {
    return 0x8000_0000L - 64 + random.nextInt((16 << 20) + 128);
  }
}
