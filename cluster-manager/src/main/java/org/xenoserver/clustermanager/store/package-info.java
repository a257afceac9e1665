/**
 * The cluster's truth in ZooKeeper, written in multi-operations that happen whole or not at all.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.store.Connection} opens the Curator client
 *   <li>{@link org.xenoserver.clustermanager.store.DomainStore} writes domains
 *   <li>{@link org.xenoserver.clustermanager.store.StoredDomain} is a record with the version a
 *       later write checks
 *   <li>{@link org.xenoserver.clustermanager.store.Term} is the right to write, checked by every
 *       write
 * </ul>
 *
 * The paths are {@link org.xenoserver.proto.ZooKeeperLayout}'s.
 */
@NullMarked
package org.xenoserver.clustermanager.store;

import org.jspecify.annotations.NullMarked;
