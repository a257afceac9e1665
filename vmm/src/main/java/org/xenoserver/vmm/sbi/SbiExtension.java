package org.xenoserver.vmm.sbi;

/** One extension of the interface: a family of functions under one number. */
interface SbiExtension {
  /** The extension's number (a7). */
  int id();

  /** Answers a call of one of its functions, {@link SbiResult#NOT_SUPPORTED} for an unknown one. */
  SbiResult call(SbiCall call);
}
