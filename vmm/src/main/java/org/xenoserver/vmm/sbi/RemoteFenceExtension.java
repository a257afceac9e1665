package org.xenoserver.vmm.sbi;

import java.util.List;
import org.xenoserver.vmm.riscv.Hart;

/**
 * Remote fences (chapter 8). An address range or an address space is not told apart from all: a
 * hart may forget more than it must.
 */
final class RemoteFenceExtension implements SbiExtension {
  private static final int FENCE_I = 0;
  private static final int SFENCE_VMA = 1;
  private static final int SFENCE_VMA_ASID = 2;

  private final List<Hart> harts;

  RemoteFenceExtension(List<Hart> harts) {
    this.harts = harts;
  }

  @Override
  public int id() {
    return 0x52464e43;
  }

  @Override
  public SbiResult call(SbiCall call) {
    return switch (call.function()) {
      case FENCE_I -> fence(call, false);
      case SFENCE_VMA, SFENCE_VMA_ASID -> fence(call, true);
      default -> SbiResult.NOT_SUPPORTED;
    };
  }

  private SbiResult fence(SbiCall call, boolean translations) {
    return HartMask.forEach(
        harts,
        call.argument(0),
        call.argument(1),
        hart -> hart.fenceFrom(call.hart(), translations));
  }
}
