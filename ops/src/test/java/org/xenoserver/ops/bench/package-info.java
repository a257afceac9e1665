@NullMarked
package org.xenoserver.ops.bench;

import org.jspecify.annotations.NullMarked;
