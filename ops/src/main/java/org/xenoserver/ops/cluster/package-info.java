/**
 * A whole cluster in one process, and a ZooKeeper server for those that are not.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.cluster.UpCommand} is {@code xeno up}
 *   <li>{@link org.xenoserver.ops.cluster.EmbeddedCluster} is the cluster as a library
 *   <li>{@link org.xenoserver.ops.cluster.EmbeddedClusterConfig} says how large it is and where it
 *       listens
 *   <li>{@link org.xenoserver.ops.cluster.ZooKeeperCommand} is {@code xeno zookeeper}, {@link
 *       org.xenoserver.ops.cluster.ZooKeeperConfig} its configuration
 *   <li>{@link org.xenoserver.ops.cluster.RunningZooKeeper} is a ZooKeeper server, {@link
 *       org.xenoserver.ops.cluster.EmbeddedZooKeeper} one that stands alone, {@link
 *       org.xenoserver.ops.cluster.EnsembleZooKeeper} one of several
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.cluster;

import org.jspecify.annotations.NullMarked;
