package org.xenoserver.vmm.riscv;

/**
 * How a hart begins: at an address, with a0 = its id.
 *
 * @param pc first instruction
 * @param privilege {@link #MACHINE} or {@link #SUPERVISOR}
 * @param a1 the device tree's address, or what SBI's hart_start was given
 * @param a2 firmware's dynamic information, otherwise 0
 */
public record HartStart(long pc, int privilege, long a1, long a2) {
  public static final int SUPERVISOR = Privilege.SUPERVISOR;
  public static final int MACHINE = Privilege.MACHINE;
}
