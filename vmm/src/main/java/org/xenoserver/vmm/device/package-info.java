/**
 * The board's devices that are not virtio, with the registers and addresses QEMU's {@code virt}
 * board gives them.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.device.Uart16550}: the serial port
 *   <li>{@link org.xenoserver.vmm.device.Plic}: the interrupt controller for devices
 *   <li>{@link org.xenoserver.vmm.device.Clint}: software interrupts and timers of the harts
 *   <li>{@link org.xenoserver.vmm.device.GoldfishRtc}: the time of day
 *   <li>{@link org.xenoserver.vmm.device.TestFinisher}: power-off and reset by one store
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.device;

import org.jspecify.annotations.NullMarked;
