/**
 * The virtio block device (section 5.2) on a raw image file.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockDevice}: the device
 *   <li>{@link org.xenoserver.vmm.virtio.block.DiskUser}: on whose behalf it is opened
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockQueue}: serves its queue
 *   <li>{@link org.xenoserver.vmm.virtio.block.BlockCounters}: what it has done
 *   <li>{@link org.xenoserver.vmm.virtio.block.GuardedImage}: the image behind the host's permit
 *       and the epoch of its owner
 *   <li>{@link org.xenoserver.vmm.virtio.block.RawImage}: the file
 *   <li>{@code ImageOwnership}: a claim to a shared image; {@code OwnerFile} and {@code
 *       OwnerRecord}: where it is written down
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.virtio.block;

import org.jspecify.annotations.NullMarked;
