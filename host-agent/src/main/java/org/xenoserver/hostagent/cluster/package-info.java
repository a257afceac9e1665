/**
 * This host as a member of the cluster, through ZooKeeper.
 *
 * <ul>
 *   <li>{@link org.xenoserver.hostagent.cluster.ClusterMembership} puts the parts together, with
 *       real clocks and a real ZooKeeper
 *   <li>{@link org.xenoserver.hostagent.cluster.ClusterAgent} is the state machine: lease, then
 *       assignments, then leave to run, anew in each session
 *   <li>{@link org.xenoserver.hostagent.cluster.Lease} claims the lease and proves that it is held;
 *       {@link org.xenoserver.hostagent.cluster.LeaseTiming} says why that is enough
 *   <li>{@link org.xenoserver.vmm.domain.RunPermit} stops domains without a proof
 *   <li>{@link org.xenoserver.hostagent.cluster.Assignments} are the domains the host is to run
 *   <li>{@link org.xenoserver.hostagent.cluster.Reconciler} and {@link
 *       org.xenoserver.hostagent.cluster.OrderExecution} bring the hypervisor to them
 *   <li>{@link org.xenoserver.hostagent.cluster.StatusBoard} tells the cluster how they are
 * </ul>
 */
@NullMarked
package org.xenoserver.hostagent.cluster;

import org.jspecify.annotations.NullMarked;
