/**
 * The control plane: what is wanted of the cluster, and what is done so that it becomes so. Logic
 * alone, on one event loop; the world is behind {@code proto.coordination} and {@link
 * org.xenoserver.clustermanager.agents.AgentChecks}.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.control.ControlPlane} is one manager: takes {@link
 *       org.xenoserver.clustermanager.control.Command}s and gives {@link
 *       org.xenoserver.clustermanager.control.Answer}s
 *   <li>Presence is one session of it: follows the store (HostReports takes in what hosts write)
 *       and stands for election (Candidacy)
 *   <li>Leader is its one term as the leader, working on a Term: Ledger (what is wanted, committed
 *       in Batches), History (log and operations), Observed (what hosts tell), Placements (which
 *       host has room), Quotas
 *   <li>Creations, Steering, Administration carry commands out; Asked is one on its way;
 *       Preemptions lets domains of lower priority leave for one being created
 *   <li>Recovery moves domains away from hosts lost or drained, or that had to leave; Restarts
 *       starts them again
 *   <li>{@link org.xenoserver.clustermanager.control.Insight} answers questions about placement
 *   <li>{@link org.xenoserver.clustermanager.control.ControlSettings} is what it is told
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.control;

import org.jspecify.annotations.NullMarked;
