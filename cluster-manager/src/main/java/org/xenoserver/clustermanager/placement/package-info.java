/**
 * Which host a domain goes to: a library without threads, clocks or files.
 *
 * <p>What a caller does:
 *
 * <ol>
 *   <li>Keep one {@link org.xenoserver.clustermanager.placement.Fleet} on one thread and tell it
 *       what happens, in any mixture: {@code put} a {@link
 *       org.xenoserver.clustermanager.placement.HostOffer} (also to change its {@link
 *       org.xenoserver.clustermanager.placement.HostCondition} or capacity), {@code removeHost},
 *       {@code place}, {@code remove}; or {@code apply} a {@link
 *       org.xenoserver.clustermanager.placement.FleetChange}.
 *   <li>Ask {@link org.xenoserver.clustermanager.placement.Placer}{@code .decide} with a {@link
 *       org.xenoserver.clustermanager.placement.Demand} (resources, {@link
 *       org.xenoserver.clustermanager.placement.Selector}s, {@link
 *       org.xenoserver.clustermanager.placement.DomainRule}s within a {@link
 *       org.xenoserver.clustermanager.placement.Scope}) for a {@link
 *       org.xenoserver.clustermanager.placement.Decision}, and {@code place} the domain at once, so
 *       that the next decision knows; {@code remove} it if the host refused, and decide anew with
 *       the host among {@code notHosts}.
 *   <li>Where there is no host: {@code explain(demand, empty).summary()} is the sentence for the
 *       user, and {@code preempt} finds the cheapest {@link
 *       org.xenoserver.clustermanager.placement.Eviction}.
 *   <li>To be able to answer for it later, do both through {@link
 *       org.xenoserver.clustermanager.placement.log.DecisionLog}, which knows {@code why} and can
 *       {@code replay} against another policy.
 *   <li>Drain, N+1 and rebalancing are in {@link org.xenoserver.clustermanager.placement.plan}.
 * </ol>
 *
 * <p>What is asked and answered: {@link org.xenoserver.clustermanager.placement.Resources}, {@link
 * org.xenoserver.clustermanager.placement.Overcommit}, {@link
 * org.xenoserver.clustermanager.placement.Policy} (pack, spread, balance), {@link
 * org.xenoserver.clustermanager.placement.Explanation} with a {@link
 * org.xenoserver.clustermanager.placement.Filter} for each host refused.
 *
 * <p>How it is fast, from the outside in:
 *
 * <ul>
 *   <li>HostIndex keeps hosts that are up in Pools of alike ones, so that machine, engine, labels
 *       and condition are filtered once for all of them; it remembers which pools match.
 *   <li>Grid sorts the hosts of a pool, and of each of its sites (whole failure domain paths), into
 *       Buckets of what they have left; Search walks them in the order the policy likes, a bounded
 *       sample first, everything only if the sample found nothing.
 *   <li>HostTable and HostLinks hold what is looked at of a host in flat arrays, SparseLongs what
 *       is counted.
 *   <li>DomainIndex groups domains with equal labels (LabelGroup) and counts, per TrackedSelector
 *       of a rule, where those are that match and those that want to be apart; Constraints are what
 *       these counts say for one demand.
 *   <li>Preemption and Explainer look at all hosts; they are asked rarely.
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.placement;

import org.jspecify.annotations.NullMarked;
