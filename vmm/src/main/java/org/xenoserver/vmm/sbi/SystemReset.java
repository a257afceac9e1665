package org.xenoserver.vmm.sbi;

/** What ends or restarts the machine. Must not block. */
public interface SystemReset {
  /**
   * The guest wants to be off.
   *
   * @param failed whether it gives a system failure as the reason
   */
  void shutdown(boolean failed);

  /** The guest wants a cold or warm reboot. */
  void reboot();
}
