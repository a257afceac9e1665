/** Tests of the shared data-plane loop. */
@NullMarked
package org.xenoserver.vmm.io;

import org.jspecify.annotations.NullMarked;
