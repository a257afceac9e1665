/** Tests of the door. */
@NullMarked
package org.xenoserver.ops;

import org.jspecify.annotations.NullMarked;
