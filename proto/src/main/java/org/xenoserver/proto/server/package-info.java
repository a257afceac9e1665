/**
 * Serving and calling gRPC as every process of ours does.
 *
 * <ul>
 *   <li>{@link org.xenoserver.proto.server.RpcServer} listens, with health and reflection
 *   <li>{@link org.xenoserver.proto.server.Channels} opens connections
 *   <li>{@link org.xenoserver.proto.server.StopSignal} is Ctrl-C and SIGTERM
 * </ul>
 */
@NullMarked
package org.xenoserver.proto.server;

import org.jspecify.annotations.NullMarked;
