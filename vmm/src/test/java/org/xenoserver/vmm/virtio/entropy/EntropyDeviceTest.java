package org.xenoserver.vmm.virtio.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.xenoserver.vmm.virtio.VirtioMmio.FEATURE_VERSION_1;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xenoserver.vmm.virtio.GuestDriver.Buffer;
import org.xenoserver.vmm.virtio.GuestDriver.Ring;
import org.xenoserver.vmm.virtio.TestBoard;

final class EntropyDeviceTest {
  @Test
  void shouldFillBuffersFromItsSourceUpToItsLimit() {
    EntropyDevice device = new EntropyDevice(bytes -> Arrays.fill(bytes, (byte) 7));
    try (TestBoard board = new TestBoard(device)) {
      assertThat(board.driver.negotiate(FEATURE_VERSION_1)).isTrue();
      Ring ring = board.driver.ring(0, 8);
      board.driver.start();
      Buffer small = board.driver.writable(3);
      Buffer large = board.driver.writable(100_000);
      ring.add(small);
      ring.add(large);
      ring.add(board.driver.readable(new byte[1]));
      assertThat(ring.awaitUsed(3)).containsExactly(3, EntropyQueue.MAX_BYTES, 0);
      assertThat(board.driver.bytes(small)).containsExactly(7, 7, 7);
      byte[] filled = board.driver.bytes(large);
      assertThat(filled[EntropyQueue.MAX_BYTES - 1]).isEqualTo((byte) 7);
      assertThat(filled[EntropyQueue.MAX_BYTES]).isZero();
      assertThat(device.counters().bytes()).isEqualTo(3 + EntropyQueue.MAX_BYTES);
    }
  }

  @Test
  void shouldNotRepeatItselfWithTheHostsGenerator() {
    byte[] first = new byte[32];
    byte[] second = new byte[32];
    EntropySource source = EntropySource.secure();
    source.fill(first);
    source.fill(second);
    assertThat(first).isNotEqualTo(second);
  }
}
