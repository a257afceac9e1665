/** The contract between processes: the API's stubs are in {@code org.xenoserver.proto.v1}. */
@NullMarked
package org.xenoserver.proto;

import org.jspecify.annotations.NullMarked;
