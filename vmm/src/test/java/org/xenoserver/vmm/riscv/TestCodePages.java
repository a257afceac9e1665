package org.xenoserver.vmm.riscv;

import java.util.Arrays;

/** Code pages for the tests of what makes regions of them. */
public final class TestCodePages {
  private TestCodePages() {}

  /** A page of zeros, which is no code at all. */
  public static CodePage empty() {
    return of(new byte[0]);
  }

  /** A page that begins with some bytes. */
  public static CodePage of(byte[] bytes) {
    return new CodePage(Arrays.copyOf(bytes, CodePage.BYTES));
  }
}
