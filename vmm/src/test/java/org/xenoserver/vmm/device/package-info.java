/** Tests of the board's devices through their registers. */
@NullMarked
package org.xenoserver.vmm.device;

import org.jspecify.annotations.NullMarked;
