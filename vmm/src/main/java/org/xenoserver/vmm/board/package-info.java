/**
 * QEMU's {@code virt} board as ours: RAM, harts, devices and the wires between them.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.board.VirtBoardFactory} builds machines for the hypervisor.
 *   <li>{@code VirtMachine} is one such machine.
 *   <li>{@code MemoryMap} says what is where; {@code Htif} ends test programs; {@code
 *       MachineConsole} joins the serial ports.
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.board;

import org.jspecify.annotations.NullMarked;
