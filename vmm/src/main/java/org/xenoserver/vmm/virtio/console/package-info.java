/**
 * The virtio console device with several ports (section 5.3).
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.virtio.console.ConsoleDevice}: the device
 *   <li>{@link org.xenoserver.vmm.virtio.console.ConsolePort}: serves the two queues of a port
 *   <li>{@link org.xenoserver.vmm.virtio.console.ConsoleControl}: serves the two control queues
 *   <li>{@link org.xenoserver.vmm.virtio.console.ConsoleCounters}: what it has done
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.virtio.console;

import org.jspecify.annotations.NullMarked;
