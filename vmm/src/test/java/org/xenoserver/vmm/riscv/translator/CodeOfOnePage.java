package org.xenoserver.vmm.riscv.translator;

import org.jspecify.annotations.Nullable;
import org.xenoserver.vmm.assembler.Assembler;
import org.xenoserver.vmm.riscv.CodePage;
import org.xenoserver.vmm.riscv.CodeView;
import org.xenoserver.vmm.riscv.TestCodePages;
import org.xenoserver.vmm.riscv.TranslationAllowance;
import org.xenoserver.vmm.time.ManualClock;

/** An address space with one page of code. */
record CodeOfOnePage(CodePage page) implements CodeView {
  static final long BASE = 0x8000_0000L;

  /** The page of a program in assembly language. */
  static CodeOfOnePage of(String program) {
    return new CodeOfOnePage(TestCodePages.of(Assembler.assemble(BASE, program).bytes()));
  }

  @Override
  public @Nullable CodePage page(long virtual) {
    return virtual >>> 12 == BASE >>> 12 ? page : null;
  }

  @Override
  public CodeView snapshot() {
    return this;
  }

  @Override
  public TranslationAllowance allowance() {
    return new TranslationAllowance(new ManualClock(0));
  }
}
