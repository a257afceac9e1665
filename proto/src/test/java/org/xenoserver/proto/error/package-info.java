@NullMarked
package org.xenoserver.proto.error;

import org.jspecify.annotations.NullMarked;
