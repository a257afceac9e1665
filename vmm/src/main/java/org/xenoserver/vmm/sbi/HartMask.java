package org.xenoserver.vmm.sbi;

import java.util.List;
import java.util.function.Consumer;
import org.xenoserver.vmm.riscv.Hart;

/** The harts a call is about: a mask and the hart of its lowest bit (section 3.1). */
final class HartMask {
  private HartMask() {}

  /** Does something to each hart of a mask; refuses, doing nothing, if one does not exist. */
  static SbiResult forEach(List<Hart> harts, long mask, long base, Consumer<Hart> action) {
    if (base == -1) {
      harts.forEach(action);
      return SbiResult.SUCCESS;
    }
    int width = Long.SIZE - Long.numberOfLeadingZeros(mask);
    if (base < 0 || mask != 0 && base > harts.size() - width) {
      return SbiResult.INVALID_PARAM;
    }
    for (int bit = 0; bit < width; bit++) {
      if ((mask >>> bit & 1) != 0) {
        action.accept(harts.get((int) base + bit));
      }
    }
    return SbiResult.SUCCESS;
  }
}
