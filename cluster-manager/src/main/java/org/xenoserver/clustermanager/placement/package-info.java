/**
 * Which host a new domain goes to.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.placement.PlacementPolicy} decides from a {@link
 *       org.xenoserver.clustermanager.placement.HostCapacity} per host; a pure function.
 *   <li>{@link org.xenoserver.clustermanager.placement.Placement} is its answer: a host, or why
 *       there is none.
 *   <li>{@link org.xenoserver.clustermanager.placement.FewestDomains} is the policy in use.
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.placement;

import org.jspecify.annotations.NullMarked;
