package org.xenoserver.vmm.sbi;

/** The machine's console as the debug console extension uses it. Must not block. */
public interface DebugConsole {
  /** Prints bytes. */
  void write(byte[] bytes, int offset, int length);
}
