/**
 * Failures as they cross between processes.
 *
 * <ul>
 *   <li>{@link org.xenoserver.proto.error.ErrorCode} is the closed set of reasons, each with its
 *       gRPC status
 *   <li>{@link org.xenoserver.proto.error.RpcFailure} is a refusal with a reason and a sentence;
 *       thrown by servers, read by clients
 * </ul>
 */
@NullMarked
package org.xenoserver.proto.error;

import org.jspecify.annotations.NullMarked;
