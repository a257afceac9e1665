package org.xenoserver.vmm.machine;

/**
 * What a machine tells its domain. Called from processor and device threads; must not block nor
 * call back into the machine.
 */
public interface MachineEvents {
  /** The guest wrote to its serial console. The array may be reused after the call. */
  void consoleOutput(byte[] bytes, int offset, int length);

  /**
   * The guest powered off.
   *
   * @param status 0 for an orderly power-off, otherwise the test finisher's failure code
   */
  void poweredOff(int status);

  /** The guest asked for a reset of the whole machine. */
  void reset();

  /** The machine cannot go on; one sentence that says why. */
  void crashed(String reason);
}
