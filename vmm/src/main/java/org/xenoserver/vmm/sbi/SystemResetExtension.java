package org.xenoserver.vmm.sbi;

/** System reset (chapter 10). */
final class SystemResetExtension implements SbiExtension {
  private static final int SHUTDOWN = 0;
  private static final int COLD_REBOOT = 1;
  private static final int WARM_REBOOT = 2;
  private static final int SYSTEM_FAILURE = 1;

  private final SystemReset reset;

  SystemResetExtension(SystemReset reset) {
    this.reset = reset;
  }

  @Override
  public int id() {
    return 0x53525354;
  }

  @Override
  public SbiResult call(SbiCall call) {
    if (call.function() != 0) {
      return SbiResult.NOT_SUPPORTED;
    }
    switch ((int) call.argument(0)) {
      case SHUTDOWN -> reset.shutdown((int) call.argument(1) == SYSTEM_FAILURE);
      case COLD_REBOOT, WARM_REBOOT -> reset.reboot();
      default -> {
        return SbiResult.INVALID_PARAM;
      }
    }
    call.hart().stop();
    return SbiResult.SUCCESS;
  }
}
