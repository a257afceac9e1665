/**
 * Accounting's gRPC service.
 *
 * <ul>
 *   <li>{@link org.xenoserver.accounting.rpc.UsageService} tells what domains have used
 * </ul>
 */
@NullMarked
package org.xenoserver.accounting.rpc;

import org.jspecify.annotations.NullMarked;
