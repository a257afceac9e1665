/** Tests of the measurements: with scripts in place of machines, and with real ones. */
@NullMarked
package org.xenoserver.ops.bench;

import org.jspecify.annotations.NullMarked;
