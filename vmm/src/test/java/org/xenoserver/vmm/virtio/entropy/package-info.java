/** Tests of the entropy device. */
@NullMarked
package org.xenoserver.vmm.virtio.entropy;

import org.jspecify.annotations.NullMarked;
