/**
 * The manager's gRPC services.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.api.DomainApi}, {@link
 *       org.xenoserver.clustermanager.api.HostApi} and {@link
 *       org.xenoserver.clustermanager.api.ClusterApi} are the services of {@code
 *       cluster_service.proto}
 *   <li>{@link org.xenoserver.clustermanager.api.Writes} carries a write out here or passes it on
 *       to the leader
 *   <li>{@link org.xenoserver.clustermanager.api.WatchStream} sends a subscription to a client at
 *       the client's pace
 *   <li>{@link org.xenoserver.clustermanager.api.ConsoleProxy} joins a client's console stream with
 *       the one of the domain's host
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.api;

import org.jspecify.annotations.NullMarked;
