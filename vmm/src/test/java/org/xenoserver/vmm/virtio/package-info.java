/** Tests of the virtio transport and its queues, through a driver's eyes. */
@NullMarked
package org.xenoserver.vmm.virtio;

import org.jspecify.annotations.NullMarked;
