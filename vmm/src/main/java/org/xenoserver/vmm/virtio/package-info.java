/**
 * Virtio 1.2: what its devices have in common.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.virtio.VirtioMmio}: a device's registers on the bus (section 4.2)
 *   <li>{@link org.xenoserver.vmm.virtio.VirtioDevice}: what a kind of device adds to them
 *   <li>{@link org.xenoserver.vmm.virtio.VirtQueue}: a split virtqueue (section 2.7)
 *   <li>{@link org.xenoserver.vmm.virtio.DescriptorChain}: one request or buffer from a queue
 *   <li>{@link org.xenoserver.vmm.virtio.RingException}: why work on a queue cannot go on
 *   <li>{@link org.xenoserver.vmm.virtio.EmptySlot}: a transport without a device
 * </ul>
 *
 * Each kind of device has a package of its own with the same members: the device, what serves its
 * queues, and its counters. Nothing a guest writes into a register, a ring or a buffer may do more
 * than stop its own device.
 */
@NullMarked
package org.xenoserver.vmm.virtio;

import org.jspecify.annotations.NullMarked;
