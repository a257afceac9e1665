/**
 * {@code xeno run}: the VMM by itself, one domain on this process's terminal.
 *
 * <ul>
 *   <li>{@link org.xenoserver.vmm.run.RunCommand}: the options and the exit status; start here
 *   <li>{@link org.xenoserver.vmm.run.OneSentenceErrors}: what wrong usage prints
 *   <li>{@code GuestSession}: one domain from its start to its end
 *   <li>{@code Keyboard}: standard input typed to the guest, with the Ctrl-A escape
 *   <li>{@code RawTerminal}: the terminal's mode, always put back
 *   <li>{@code OptionValues}, {@code UsageException}: sizes, durations and disks as they are
 *       written
 *   <li>{@code FirstByteProbe}, {@code RunStatistics}: what {@code --stats} reports
 *   <li>{@code HostMemory}: how much RAM a guest may have; {@code Stdio}: where bytes and messages
 *       go
 * </ul>
 *
 * <p>How fast a guest boots begins here: what only a terminal or {@code --stats} needs is loaded
 * only then.
 */
@NullMarked
package org.xenoserver.vmm.run;

import org.jspecify.annotations.NullMarked;
