/** Tests of {@code xeno simulate}. */
@NullMarked
package org.xenoserver.ops.simulate;

import org.jspecify.annotations.NullMarked;
