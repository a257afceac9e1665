package org.xenoserver.vmm.riscv;

import org.jspecify.annotations.Nullable;

/** The code a hart has executed in its current address space. */
public interface CodeView {
  /** The page that holds a virtual address; null if the hart has not executed there of late. */
  @Nullable CodePage page(long virtual);

  /** On whose account regions of it are made. */
  TranslationAllowance allowance();

  /** What it shows now, for another thread and a later time. */
  CodeView snapshot();
}
