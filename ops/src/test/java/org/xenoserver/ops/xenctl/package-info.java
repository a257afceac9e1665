@NullMarked
package org.xenoserver.ops.xenctl;

import org.jspecify.annotations.NullMarked;
