@NullMarked
package org.xenoserver.proto.config;

import org.jspecify.annotations.NullMarked;
