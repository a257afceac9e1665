/**
 * The seams between what daemons decide and the world: a daemon's logic is a state machine on one
 * {@link org.xenoserver.proto.coordination.EventLoop} that knows the store, the time and other
 * processes only through interfaces, so that the whole cluster can run in one thread in virtual
 * time.
 *
 * <ul>
 *   <li>{@link org.xenoserver.proto.coordination.EventLoop}: the owning thread, timers, clocks;
 *       {@link org.xenoserver.proto.coordination.ThreadEventLoop} is a real one
 *   <li>{@link org.xenoserver.proto.coordination.Store} and its {@link
 *       org.xenoserver.proto.coordination.Session}s; {@link
 *       org.xenoserver.proto.coordination.ZooKeeperStore} is ZooKeeper
 *   <li>{@link org.xenoserver.proto.coordination.Write} and {@link
 *       org.xenoserver.proto.coordination.Commit}: what is asked and what became of it
 *   <li>{@link org.xenoserver.proto.coordination.TreeListener} and {@link
 *       org.xenoserver.proto.coordination.Node}: what a session tells of a folder
 *   <li>{@link org.xenoserver.proto.coordination.LayoutVersion}: refuses a store of another layout
 * </ul>
 */
@NullMarked
package org.xenoserver.proto.coordination;

import org.jspecify.annotations.NullMarked;
