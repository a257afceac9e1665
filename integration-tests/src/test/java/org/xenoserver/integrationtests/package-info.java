/**
 * The rules of the house, and the house as its users see it: real guests, and daemons as processes
 * of their own.
 *
 * <ul>
 *   <li>ArchitectureTest: who may use whom, and what may be called where
 *   <li>RunCommandGuestTest, FirmwareTest, IsaTest: {@code xeno run} and the engine under it
 *   <li>SeparateProcessesTest, RefusalTest, IdleDomainsTest: clusters and their failures
 *   <li>XenoProcess: a command of ours as a process; Transcript: what it says; Shell: typing into a
 *       guest
 *   <li>Cluster: daemons as processes; ForeignClient: their API through reflection alone
 *   <li>Checkout, GuestImage, TinyKernel: where things are, and what guests boot
 * </ul>
 */
@NullMarked
package org.xenoserver.integrationtests;

import org.jspecify.annotations.NullMarked;
