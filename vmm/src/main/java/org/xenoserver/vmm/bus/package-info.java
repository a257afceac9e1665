/** The physical address map of a board: devices, and the interrupt lines they drive. */
@NullMarked
package org.xenoserver.vmm.bus;

import org.jspecify.annotations.NullMarked;
