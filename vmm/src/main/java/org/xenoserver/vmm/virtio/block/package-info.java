/**
 * The virtio block device (section 5.2) on a raw image file.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockDevice}: the device
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockQueue}: serves its queue
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockCounters}: what it has done
 *   <li>{@link org.xenoserver.vmm.virtio.block.RawImage}: the file
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.virtio.block;

import org.jspecify.annotations.NullMarked;
