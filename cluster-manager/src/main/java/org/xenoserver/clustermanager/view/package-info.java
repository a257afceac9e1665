/**
 * What clients see: one read model of the cluster, fed by four watches on ZooKeeper however many
 * clients there are.
 *
 * <ul>
 *   <li>{@link org.xenoserver.clustermanager.view.ClusterView} answers questions, waits for changes
 *       and opens subscriptions
 *   <li>{@link org.xenoserver.clustermanager.view.ClusterCaches} feeds it from ZooKeeper
 *   <li>{@link org.xenoserver.clustermanager.view.DomainEntry} and {@link
 *       org.xenoserver.clustermanager.view.HostEntry} are its rows
 *   <li>{@link org.xenoserver.clustermanager.view.Subscription} is a snapshot and a bounded queue
 *       of the changes after it
 * </ul>
 */
@NullMarked
package org.xenoserver.clustermanager.view;

import org.jspecify.annotations.NullMarked;
