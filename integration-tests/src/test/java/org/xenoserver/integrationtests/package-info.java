/**
 * The rules of the house, and the house as its users see it: real guests, and daemons as processes
 * of their own.
 *
 * <ul>
 *   <li>ArchitectureTest: who may use whom, and what may be called where
 *   <li>RunCommandGuestTest, FirmwareTest, IsaTest: {@code xeno run} and the engine under it
 *   <li>ForeignClientTest, RefusalTest, SeparateProcessesTest: a cluster of separate daemons used,
 *       misused, and killed; they share one (SharedCluster)
 *   <li>{@code cluster}: what clients of two managers may rely on
 *   <li>{@code faults}: a cluster under real faults
 *   <li>IdleDomainsTest: what domains that do nothing cost
 *   <li>XenoProcess: a command of ours as a process; Transcript: what it says; Shell: typing into a
 *       guest
 *   <li>Cluster: daemons as processes; ForeignClient: their API through reflection alone; Domains:
 *       what tests ask it for
 *   <li>GuestImage, TinyKernel: what guests boot; Absence: saying aloud what does not run;
 *       Checkout, Digests
 * </ul>
 */
@NullMarked
package org.xenoserver.integrationtests;

import org.jspecify.annotations.NullMarked;
