/**
 * What clients of two managers may rely on, on a ZooKeeper and with hosts that have no hypervisor,
 * all in this process.
 *
 * <ul>
 *   <li>EventWatcherTest: a watcher that is cut again and again; start here
 *   <li>QuotaTest: creates through both managers at once, and through the death of the leader
 *   <li>TwoManagers: the cluster; FakeHost: a host that does at once what it is told;
 *       RetryingClient: requests sent until they are answered; EventLog: the log as a manager tells
 *       it
 * </ul>
 */
@NullMarked
package org.xenoserver.integrationtests.cluster;

import org.jspecify.annotations.NullMarked;
