/**
 * What was decided, when it mattered and why.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.placement.log.DecisionLog}: decides and remembers;
 *       explains any decision it still holds in the cluster as it was at that moment
 *   <li>{@link org.xenoserver.clustermanager.placement.log.Replay}: how the same history would have
 *       gone under another policy
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.placement.log;

import org.jspecify.annotations.NullMarked;
