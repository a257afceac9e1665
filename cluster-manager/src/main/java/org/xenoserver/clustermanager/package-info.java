/**
 * The cluster manager: accepts requests, places domains, stores what is wanted and shows what is.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.ClusterManager} is one manager; several elect a leader
 *   <li>{@link org.xenoserver.clustermanager.ClusterManagerConfig} is its configuration
 *   <li>{@link org.xenoserver.clustermanager.ClusterManagerMain} runs it as a process
 * </ul>
 *
 * A request goes {@code api} → {@code domains} → {@code store}; what it changed comes back through
 * {@code view}. {@code placement} chooses hosts, {@code agents} talks to them, {@code leader} says
 * which manager writes.
 */
@NullMarked
package org.xenoserver.clustermanager;

import org.jspecify.annotations.NullMarked;
