package org.xenoserver.vmm.sbi;

import org.xenoserver.vmm.memory.GuestMemory;

/** Debug console (chapter 12): output only; reading finds nothing typed. */
final class DebugConsoleExtension implements SbiExtension {
  private static final int WRITE = 0;
  private static final int READ = 1;
  private static final int WRITE_BYTE = 2;
  private static final int MOST_BYTES = 4096;

  private final DebugConsole console;
  private final GuestMemory memory;

  DebugConsoleExtension(DebugConsole console, GuestMemory memory) {
    this.console = console;
    this.memory = memory;
  }

  @Override
  public int id() {
    return 0x4442434e;
  }

  @Override
  public SbiResult call(SbiCall call) {
    return switch (call.function()) {
      case WRITE -> write(call);
      case READ -> SbiResult.of(0);
      case WRITE_BYTE -> {
        console.write(new byte[] {(byte) call.argument(0)}, 0, 1);
        yield SbiResult.SUCCESS;
      }
      default -> SbiResult.NOT_SUPPORTED;
    };
  }

  private SbiResult write(SbiCall call) {
    long address = call.argument(1);
    if (call.argument(2) != 0 || !memory.contains(address, call.argument(0))) {
      return SbiResult.INVALID_PARAM;
    }
    byte[] bytes = new byte[(int) Math.min(call.argument(0), MOST_BYTES)];
    memory.read(address, bytes, 0, bytes.length);
    console.write(bytes, 0, bytes.length);
    return SbiResult.of(bytes.length);
  }
}
