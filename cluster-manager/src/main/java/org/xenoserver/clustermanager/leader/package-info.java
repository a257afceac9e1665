/**
 * Which manager writes.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.leader.Leadership} stands for election and begins a
 *       {@link org.xenoserver.clustermanager.store.Term} when elected
 *   <li>{@link org.xenoserver.clustermanager.leader.Route} says where a write goes: here, or to the
 *       leader
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.leader;

import org.jspecify.annotations.NullMarked;
