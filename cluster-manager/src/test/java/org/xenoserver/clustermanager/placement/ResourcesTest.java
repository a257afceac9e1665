package org.xenoserver.clustermanager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How amounts read. */
class ResourcesTest {
  private static final long GIB = 1L << 30;

  @Test
  void shouldNameEachAmount() {
    assertThat(new Resources(4, 8 * GIB, 20 * GIB).text())
        .isEqualTo("4 vCPUs, 8 GiB memory, 20 GiB disk");
  }

  @Test
  void shouldNotShowADiskWithoutLimit() {
    Resources left =
        new Resources(2, GIB, Resources.UNLIMITED_DISK_BYTES).minus(new Resources(1, 0, 50 * GIB));
    assertThat(left.text()).isEqualTo("1 vCPU, 1 GiB memory");
  }
}
