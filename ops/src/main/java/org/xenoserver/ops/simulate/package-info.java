/**
 * {@code xeno simulate}: the whole control plane in one thread, in virtual time, from a seed.
 * Manager and agent are the real ones; what is around them is simulated.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.simulate.SimulateCommand} is the command
 *   <li>Scenario is one run; World everything there is in it; Faults what goes wrong
 *   <li>VirtualTime, Network, SimulatedProcess: time and chance, links, processes with clocks
 *   <li>Ensemble, NodeTree, Connection, SimulatedStore: ZooKeeper, from its servers to its client
 *   <li>ManagerProcess, SimulatedHost, SimulatedClient: who takes part
 *   <li>SimulatedHypervisor, SimulatedDomain, Guests: what runs, and that it runs once
 *   <li>StoredTruth: what must hold of what is stored; Violation: that it does not
 *   <li>Safeguard: what can be left out
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.simulate;

import org.jspecify.annotations.NullMarked;
