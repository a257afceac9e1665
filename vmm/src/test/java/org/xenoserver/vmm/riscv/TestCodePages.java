package org.xenoserver.vmm.riscv;

/** Code pages for the tests of what makes regions of them. */
public final class TestCodePages {
  private TestCodePages() {}

  /** A page of zeros, which is no code at all. */
  public static CodePage empty() {
    return new CodePage(new byte[CodePage.BYTES]);
  }
}
