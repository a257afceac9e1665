package org.xenoserver.vmm.riscv;

import java.util.List;

/** What the processor implements, as the device tree names it. */
public final class IsaExtensions {
  /** Names of {@code riscv,isa-extensions}, single letters first. */
  public static final List<String> NAMES =
      List.of(
          "i",
          "m",
          "a",
          "f",
          "d",
          "c",
          "zicntr",
          "zicsr",
          "zifencei",
          "zihintpause",
          "zihpm",
          "zba",
          "zbb",
          "zbc",
          "zbs",
          "sstc",
          "svadu");

  private IsaExtensions() {}
}
