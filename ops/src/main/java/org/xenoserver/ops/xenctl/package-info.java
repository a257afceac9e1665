/**
 * The operator's command line client of a cluster.
 *
 * <ul>
 *   <li>{@link org.xenoserver.ops.xenctl.Xenctl} is the entry and the grammar: every verb with its
 *       options
 *   <li>{@code CommandRunner} runs a command line and turns what goes wrong into a sentence
 *   <li>{@code DomainVerbs}, {@code ClusterVerbs}, {@code OperatorVerbs}, {@code ReplayVerb},
 *       {@code DomainWatch} and {@code ConsoleVerb} do the work
 *   <li>{@code MaintainVerb} takes a {@code Rollout} over hosts: {@code Maintenance} is one host's
 *       round, {@code HostCommand} what is run, {@code HostWatch} what it waits with, {@code
 *       HostResult} what became of it
 *   <li>{@code Server} is a connection to the manager or to accounting, {@code Failure} an error as
 *       a sentence, {@link org.xenoserver.ops.xenctl.ExitStatus} what a script sees of it
 *   <li>{@code Printer} writes answers as {@code Table}s or as {@code Json}; {@code Quantities} are
 *       figures for people
 *   <li>{@code Shell} is what the caller's shell gave us; {@code RawTerminal} is its terminal while
 *       a console has it
 * </ul>
 */
@NullMarked
package org.xenoserver.ops.xenctl;

import org.jspecify.annotations.NullMarked;
