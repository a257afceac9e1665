/**
 * Measurements that can be repeated by a command.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.bench.BenchCommand} is {@code xeno bench}
 *   <li>PlacementCommand is {@code xeno bench placement}: PlacementSpeed keeps a made-up cluster
 *       (PlacementWorkload) busy; PackingQuality compares with ExactPacking
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.bench;

import org.jspecify.annotations.NullMarked;
