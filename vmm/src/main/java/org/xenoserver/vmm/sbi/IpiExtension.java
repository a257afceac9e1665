package org.xenoserver.vmm.sbi;

import java.util.List;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.Interrupt;

/** Inter-processor interrupts (chapter 7). */
final class IpiExtension implements SbiExtension {
  private final List<Hart> harts;

  IpiExtension(List<Hart> harts) {
    this.harts = harts;
  }

  @Override
  public int id() {
    return 0x735049;
  }

  @Override
  public SbiResult call(SbiCall call) {
    if (call.function() != 0) {
      return SbiResult.NOT_SUPPORTED;
    }
    return HartMask.forEach(
        harts,
        call.argument(0),
        call.argument(1),
        hart -> hart.setInterrupt(Interrupt.SUPERVISOR_SOFTWARE, true));
  }
}
