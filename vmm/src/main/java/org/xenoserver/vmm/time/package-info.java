/** Clocks, injected into everything that asks the time or waits. */
@NullMarked
package org.xenoserver.vmm.time;

import org.jspecify.annotations.NullMarked;
