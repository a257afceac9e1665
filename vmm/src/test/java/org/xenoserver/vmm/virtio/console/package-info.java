/** Tests of the console. */
@NullMarked
package org.xenoserver.vmm.virtio.console;

import org.jspecify.annotations.NullMarked;
