/**
 * What to move where, worked out on a copy of the fleet; nothing is carried out here. Whoever does
 * should decide anew at each step, as the cluster changes meanwhile.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.placement.plan.DrainPlan}: where a host's domains can
 *       go, and which cannot go and why
 *   <li>{@link org.xenoserver.clustermanager.placement.plan.LossReport}: whether the cluster could
 *       lose any one host
 *   <li>{@link org.xenoserver.clustermanager.placement.plan.Rebalancing}: a bounded list of moves
 *       that even hosts out, or empty some
 *   <li>{@link org.xenoserver.clustermanager.placement.plan.Move} and {@link
 *       org.xenoserver.clustermanager.placement.plan.Stuck}: a domain that can move, and one that
 *       cannot
 *   <li>Rehoming: the order in which displaced domains are placed
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.placement.plan;

import org.jspecify.annotations.NullMarked;
