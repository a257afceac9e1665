/**
 * This host as a member of the cluster, through ZooKeeper.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.cluster.ClusterMembership} puts the parts together
 *   <li>{@link org.xenoserver.hostagent.cluster.Lease} says that the host lives, and knows whether
 *       the cluster believes it
 *   <li>{@link org.xenoserver.hostagent.cluster.Assignments} are the domains the host is to run
 *   <li>{@link org.xenoserver.hostagent.cluster.Reconciler} brings the hypervisor to them
 *   <li>{@link org.xenoserver.hostagent.cluster.StatusBoard} tells the cluster how they are
 * </ul>
 */
@NullMarked
package org.xenoserver.hostagent.cluster;

import org.jspecify.annotations.NullMarked;
