package org.xenoserver.vmm.sbi;

import java.util.List;
import org.xenoserver.vmm.memory.GuestMemory;
import org.xenoserver.vmm.riscv.Hart;
import org.xenoserver.vmm.riscv.HartStart;

/** Hart state management (chapter 9), with the default retentive suspend. */
final class HartStateExtension implements SbiExtension {
  private static final int START = 0;
  private static final int STOP = 1;
  private static final int STATUS = 2;
  private static final int SUSPEND = 3;

  private static final long STARTED = 0;
  private static final long STOPPED = 1;

  private final List<Hart> harts;
  private final GuestMemory memory;

  HartStateExtension(List<Hart> harts, GuestMemory memory) {
    this.harts = harts;
    this.memory = memory;
  }

  @Override
  public int id() {
    return 0x48534d;
  }

  @Override
  public SbiResult call(SbiCall call) {
    return switch (call.function()) {
      case START -> start(call);
      case STOP -> {
        call.hart().stop();
        yield SbiResult.SUCCESS;
      }
      case STATUS ->
          exists(call.argument(0))
              ? SbiResult.of(hart(call).isStopped() ? STOPPED : STARTED)
              : SbiResult.INVALID_PARAM;
      case SUSPEND -> suspend(call);
      default -> SbiResult.NOT_SUPPORTED;
    };
  }

  private SbiResult start(SbiCall call) {
    if (!exists(call.argument(0))) {
      return SbiResult.INVALID_PARAM;
    }
    long address = call.argument(1);
    if (!memory.contains(address, 2)) {
      return SbiResult.INVALID_ADDRESS;
    }
    HartStart start = new HartStart(address, HartStart.SUPERVISOR, call.argument(2), 0);
    return hart(call).start(start) ? SbiResult.SUCCESS : SbiResult.ALREADY_AVAILABLE;
  }

  private static SbiResult suspend(SbiCall call) {
    if ((int) call.argument(0) != 0) {
      return SbiResult.NOT_SUPPORTED;
    }
    call.hart().waitForInterrupt();
    return SbiResult.SUCCESS;
  }

  private boolean exists(long id) {
    return id >= 0 && id < harts.size();
  }

  private Hart hart(SbiCall call) {
    return harts.get((int) call.argument(0));
  }
}
