/**
 * Collecting usage from the hosts of the cluster.
 *
 * <ul>
 *   <li>{@link org.xenoserver.accounting.collect.Collector} follows the leases and collects from
 *       every host that has one
 *   <li>{@link org.xenoserver.accounting.collect.HostStream} is the stream from one host's agent
 * </ul>
 */
@NullMarked
package org.xenoserver.accounting.collect;

import org.jspecify.annotations.NullMarked;
