/** The flattened tree, read back by a reader of its own. */
@NullMarked
package org.xenoserver.vmm.devicetree;

import org.jspecify.annotations.NullMarked;
