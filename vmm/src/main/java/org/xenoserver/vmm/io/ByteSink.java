package org.xenoserver.vmm.io;

/** Where a serial port or a console port puts its output. */
@FunctionalInterface
public interface ByteSink {
  /**
   * Takes output in order; never called twice at once for one port. Must not block. The array is
   * the caller's again after the call.
   */
  void output(byte[] bytes, int offset, int length);
}
