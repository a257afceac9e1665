package org.xenoserver.vmm.riscv.translator;

/** When guest code is translated. */
public enum TranslationMode {
  /**
   * From the first execution on, before it goes on: slow, for tests. Every other region is written
   * as for the optimising compiler.
   */
  ALWAYS,

  /** Never: everything is interpreted. */
  NEVER,

  /** What is executed often, in the background. */
  AUTO
}
