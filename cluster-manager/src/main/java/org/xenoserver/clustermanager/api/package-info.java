/**
 * The manager's gRPC services: thin, on virtual threads that wait.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.api.DomainApi}, {@link
 *       org.xenoserver.clustermanager.api.HostApi}, {@link
 *       org.xenoserver.clustermanager.api.ProjectApi} and {@link
 *       org.xenoserver.clustermanager.api.ClusterApi} are the services of {@code
 *       cluster_service.proto}
 *   <li>{@link org.xenoserver.clustermanager.api.Callers} is the one interceptor: who asks
 *   <li>{@link org.xenoserver.clustermanager.api.Writes} has a request carried out by whoever
 *       leads, through {@link org.xenoserver.clustermanager.api.Control} if it is this manager
 *   <li>{@link org.xenoserver.clustermanager.api.WatchStream} and {@link
 *       org.xenoserver.clustermanager.api.EventStream} send to a client at the client's pace
 *   <li>{@link org.xenoserver.clustermanager.api.ConsoleProxy} joins a client's console stream with
 *       the one of the domain's host
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.api;

import org.jspecify.annotations.NullMarked;
