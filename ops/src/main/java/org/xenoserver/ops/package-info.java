/**
 * The programs of a XenoServer installation.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.Xeno}: the door, {@code xeno COMMAND}
 *   <li>Invocation: runs a command; failures become one sentence and a status
 * </ul>
 */
@NullMarked
package org.xenoserver.ops;

import org.jspecify.annotations.NullMarked;
