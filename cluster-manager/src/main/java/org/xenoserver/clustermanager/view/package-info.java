/**
 * What clients see: one read model of the cluster, however many clients there are.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.view.ClusterFeed} is how the control plane tells what
 *       is stored; {@link org.xenoserver.clustermanager.view.StoredMessage} understands it
 *   <li>{@link org.xenoserver.clustermanager.view.ClusterView} takes it in, answers questions,
 *       waits for changes (Waiters) and opens subscriptions
 *   <li>{@link org.xenoserver.clustermanager.view.DomainEntry} and {@link
 *       org.xenoserver.clustermanager.view.HostEntry} are its rows (Rows); EventBook is the log
 *   <li>{@link org.xenoserver.clustermanager.view.Subscription} is a snapshot and a bounded queue
 *       of the changes after it
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.view;

import org.jspecify.annotations.NullMarked;
