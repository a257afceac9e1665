/**
 * The hypervisor of one host.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.hypervisor.LocalHypervisor}: start here; {@link
 *       org.xenoserver.vmm.hypervisor.HypervisorConfig} is what it is given
 *   <li>{@code LocalDomain}: a domain's life cycle
 *   <li>{@code MachineRun}: one machine of a domain, from its load to its end or reset
 *   <li>{@code SpecCheck}: which specifications are refused, and with what sentence
 *   <li>{@code DomainRegistry}: which domains there are and what memory is promised to them
 *   <li>{@code SerialConsole}, {@code ConsoleAttachment}: the console and its readers
 *   <li>{@code Meter}: what a domain used over all its machines
 *   <li>{@code StateFeed}: who is told about changes of state
 * </ul>
 *
 * <p>Loggers are looked up only when there is something to log: setting up logging would cost
 * {@code xeno run} a good part of its start.
 */
@NullMarked
package org.xenoserver.vmm.hypervisor;

import org.jspecify.annotations.NullMarked;
