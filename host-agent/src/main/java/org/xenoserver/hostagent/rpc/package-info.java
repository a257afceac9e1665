/**
 * The host agent's gRPC service.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.rpc.HostAgentService} answers requests
 *   <li>{@link org.xenoserver.hostagent.rpc.BoundedStream} sends to one client no faster than it
 *       reads, within a bound
 *   <li>{@link org.xenoserver.hostagent.rpc.ConsoleSession} is one client at one console
 *   <li>{@link org.xenoserver.hostagent.rpc.UsageSession} is one collector of usage
 * </ul>
 */
@NullMarked
package org.xenoserver.hostagent.rpc;

import org.jspecify.annotations.NullMarked;
