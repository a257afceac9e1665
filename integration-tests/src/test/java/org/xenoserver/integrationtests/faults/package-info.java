/**
 * A cluster in network namespaces, with real guests, while links are cut and processes killed and
 * stopped.
 *
 * <ul>
 *   <li>RealFaultsTest: the scenarios, and faults at random; start here
 *   <li>FaultCluster: the processes, on the FaultNetwork's nodes; Nemesis: what befalls them;
 *       ClusterClient: requests sent until they are answered
 *   <li>OwnerLocks: who is in the middle of a write to a shared disk
 *   <li>StoppedProcessTest: what a FencedGuest executes when its process goes on too late
 *   <li>CounterGuest: a guest that counts on a shared disk; CounterDisk: what the disk proves;
 *       Executions: what the consoles prove, which the Witness reads out of band
 *   <li>Workload: clients at random, whose Operations Linearizability judges
 * </ul>
 */
@NullMarked
package org.xenoserver.integrationtests.faults;

import org.jspecify.annotations.NullMarked;
