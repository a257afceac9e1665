@NullMarked
package org.xenoserver.proto.coordination;

import org.jspecify.annotations.NullMarked;
