/** Tests of the disk. */
@NullMarked
package org.xenoserver.vmm.virtio.block;

import org.jspecify.annotations.NullMarked;
