/**
 * The cluster manager: accepts requests, places domains, stores what is wanted and shows what is.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.ClusterManager} is one manager; several elect a leader
 *   <li>{@link org.xenoserver.clustermanager.ClusterManagerConfig} is its configuration
 *   <li>{@link org.xenoserver.clustermanager.ClusterManagerMain} runs it as a process
 * </ul>
 *
 * A request goes {@code api} → {@code control} → the store; what it changed comes back through
 * {@code view}. {@code control} decides, with {@code placement} for which host and {@code domains}
 * for what is allowed; {@code agents} talks to hosts.
 */
@NullMarked
package org.xenoserver.clustermanager;

import org.jspecify.annotations.NullMarked;
