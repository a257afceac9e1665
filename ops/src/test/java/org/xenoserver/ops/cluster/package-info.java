@NullMarked
package org.xenoserver.ops.cluster;

import org.jspecify.annotations.NullMarked;
