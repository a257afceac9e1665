/**
 * The daemon on each host: runs domains, serves the host API, keeps the host's lease and meters.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.HostAgent} is the daemon as a library
 *   <li>{@link org.xenoserver.hostagent.HostAgentMain} is its command
 *   <li>{@link org.xenoserver.hostagent.HostAgentConfig} is its configuration
 *   <li>{@link org.xenoserver.hostagent.HypervisorFactory} makes the hypervisor it runs
 *   <li>{@link org.xenoserver.hostagent.SoftwareHypervisor} is that of the software engine
 * </ul>
 *
 * <p>Below it: {@code domains} (the host's domains), {@code rpc} (the API), {@code cluster}
 * (ZooKeeper) and {@code metering} (usage records).
 */
@NullMarked
package org.xenoserver.hostagent;

import org.jspecify.annotations.NullMarked;
