package org.xenoserver.vmm.sbi;

/** Timer extension (chapter 6). */
final class TimeExtension implements SbiExtension {
  @Override
  public int id() {
    return 0x54494d45;
  }

  @Override
  public SbiResult call(SbiCall call) {
    if (call.function() != 0) {
      return SbiResult.NOT_SUPPORTED;
    }
    call.hart().setSupervisorTimeCompare(call.argument(0));
    return SbiResult.SUCCESS;
  }
}
