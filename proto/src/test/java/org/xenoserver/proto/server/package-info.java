@NullMarked
package org.xenoserver.proto.server;

import org.jspecify.annotations.NullMarked;
