/**
 * The virtio entropy device (section 5.4).
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.virtio.entropy.EntropyDevice}: the device
 *   <li>{@link org.xenoserver.vmm.virtio.entropy.EntropyQueue}: serves its queue
 *   <li>{@link org.xenoserver.vmm.virtio.entropy.EntropyCounters}: what it has done
 *   <li>{@link org.xenoserver.vmm.virtio.entropy.EntropySource}: where the bytes come from
 * </ul>
 */
@NullMarked
package org.xenoserver.vmm.virtio.entropy;

import org.jspecify.annotations.NullMarked;
