package org.xenoserver.vmm.sbi;

import java.util.Set;

/** Base extension (chapter 4): which interface this is and what it has. */
final class BaseExtension implements SbiExtension {
  static final int ID = 0x10;

  private static final long SPECIFICATION_2_0 = 2L << 24;
  private static final long IMPLEMENTATION_ID = 0x58454e4f; // "XENO"
  private static final long IMPLEMENTATION_VERSION = 1;

  private final Set<Integer> present;

  BaseExtension(Set<Integer> present) {
    this.present = present;
  }

  @Override
  public int id() {
    return ID;
  }

  @Override
  public SbiResult call(SbiCall call) {
    return switch (call.function()) {
      case 0 -> SbiResult.of(SPECIFICATION_2_0);
      case 1 -> SbiResult.of(IMPLEMENTATION_ID);
      case 2 -> SbiResult.of(IMPLEMENTATION_VERSION);
      case 3 -> SbiResult.of(present.contains((int) call.argument(0)) ? 1 : 0);
      case 4, 5, 6 -> SbiResult.of(0); // mvendorid, marchid, mimpid
      default -> SbiResult.NOT_SUPPORTED;
    };
  }
}
