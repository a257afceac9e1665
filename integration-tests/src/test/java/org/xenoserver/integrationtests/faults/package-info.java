/**
 * A cluster in network namespaces, with real guests, while links are cut and processes killed and
 * stopped.
 *
 * <ul>
 *   <li>RealFaultsTest: the scenarios, and faults at random; start here
 *   <li>FaultCluster: the processes, on the FaultNetwork's nodes; Nemesis: what befalls them
 *   <li>CounterGuest: a guest that counts on a shared disk; CounterDisk: what the disk proves;
 *       Executions: what the consoles prove, which the Witness reads out of band
 *   <li>Clients: requests sent until they are answered, into a History that Linearizability judges
 * </ul>
 */
@NullMarked
package org.xenoserver.integrationtests.faults;

import org.jspecify.annotations.NullMarked;
